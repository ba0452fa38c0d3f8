import { exampleOrder } from '../../local/orders/three-orders';

/** Something to send instead of an order, and the field that the answer has to name. */
export interface WrongBody {
  readonly why: string;
  readonly field: string;
  readonly body: unknown;
}

/** An order that would be accepted. */
export const acceptable = { ...exampleOrder, metadata: { campaign: 'spring' } };

type Path = readonly (string | number)[];

const nameOf = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );

/** An order with another value in one place, the acceptable one unless told otherwise; `undefined` leaves the field out. */
export const withValue = (path: Path, value: unknown, order: unknown = acceptable): unknown => {
  const body: unknown = structuredClone(order);
  const parent = path.slice(0, -1).reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), body);
  Reflect.set(Object(parent), path.at(-1) ?? '', value);
  return body;
};

const fields: readonly Path[] = [
  ['customerId'],
  ['currency'],
  ['lines'],
  ['lines', 1],
  ['lines', 0, 'sku'],
  ['lines', 0, 'quantity'],
  ['paymentMethod'],
  ['shipTo'],
  ...['recipient', 'street', 'city', 'postalCode', 'country'].map((field) => ['shipTo', field]),
];
const notRequired: readonly Path[] = [['metadata'], ['metadata', 'campaign']];

const values = { text: 'x y', number: 42, fraction: 1.5, nothing: null, truth: true, list: [], map: {} } as const;
type Kind = keyof typeof values;

/** Kinds of values that fit a field's type. What fits by type and not by form is listed below. */
const fitting = (path: Path): readonly Kind[] => {
  const field = path.at(-1);
  if (field === 'quantity') return ['number'];
  if (field === 'lines') return ['list'];
  if (field === 'shipTo' || field === 'metadata' || typeof field === 'number') return ['map'];
  return ['text'];
};

const missing = fields
  .filter((path) => typeof path.at(-1) === 'string')
  .map((path): WrongBody => ({ why: 'is missing', field: nameOf(path), body: withValue(path, undefined) }));

const wrongTypes = [...fields, ...notRequired].flatMap((path) =>
  (Object.keys(values) as Kind[])
    .filter((kind) => !fitting(path).includes(kind))
    .map((kind): WrongBody => ({ why: `is a ${kind}`, field: nameOf(path), body: withValue(path, values[kind]) })),
);

const wrongForm = (path: Path, why: string, value: unknown): WrongBody => ({
  why,
  field: nameOf(path),
  body: withValue(path, value),
});

const line = exampleOrder.lines[0];

const wrongForms: readonly WrongBody[] = [
  wrongForm(['customerId'], 'is empty', ''),
  wrongForm(['customerId'], 'has a space', 'customer 42'),
  wrongForm(['customerId'], 'is not ASCII', 'josé'),
  wrongForm(['customerId'], 'is too long', 'c'.repeat(65)),
  wrongForm(['currency'], 'is in lower case', 'brl'),
  wrongForm(['currency'], 'is too long', 'BRLX'),
  wrongForm(['lines'], 'is empty', []),
  wrongForm(['lines'], 'has too many items', Array(51).fill(line)),
  wrongForm(['lines', 0, 'sku'], 'is in lower case', 'mug-blue'),
  wrongForm(['lines', 0, 'sku'], 'is too short', 'M'),
  wrongForm(['lines', 0, 'sku'], 'is too long', 'M'.repeat(33)),
  ...[0, -1, 100, 1e21, 1.5].map((number) => wrongForm(['lines', 0, 'quantity'], `is ${number}`, number)),
  wrongForm(['paymentMethod'], 'is empty', ''),
  wrongForm(['paymentMethod'], 'has a space', 'pm card'),
  wrongForm(['paymentMethod'], 'is too long', 'p'.repeat(65)),
  wrongForm(['shipTo', 'recipient'], 'is empty', ''),
  wrongForm(['shipTo', 'recipient'], 'is too long', 'r'.repeat(121)),
  wrongForm(['shipTo', 'recipient'], 'holds half a character', 'Ada \ud83d'),
  wrongForm(['shipTo', 'recipient'], 'holds a control character', 'Ada\u0007'),
  wrongForm(['metadata', 'campaign'], 'holds half a character', '\ud83d'),
  wrongForm(['shipTo', 'street'], 'is too long', 's'.repeat(201)),
  wrongForm(['shipTo', 'city'], 'is too long', 'c'.repeat(101)),
  wrongForm(['shipTo', 'postalCode'], 'is too long', 'p'.repeat(17)),
  wrongForm(['shipTo', 'country'], 'is in lower case', 'br'),
  wrongForm(['metadata', 'campaign'], 'is too long', 'm'.repeat(201)),
  wrongForm(['metadata', 'not a key'], 'has a space', 'x'),
  wrongForm(
    ['metadata'],
    'has too many keys',
    Object.fromEntries(Array.from({ length: 21 }, (_, key) => [`k${key}`, ''])),
  ),
];

const unknownFields: readonly WrongBody[] = [
  wrongForm(['discount'], 'is unknown', 5),
  wrongForm(['lines', 0, 'unitPriceMinor'], 'is unknown', 1),
  wrongForm(['shipTo', 'state'], 'is unknown', 'SP'),
  {
    why: 'is unknown',
    field: '__proto__',
    body: JSON.parse(`{"__proto__":{"admin":true},${JSON.stringify(acceptable).slice(1)}`),
  },
];

/** Bodies that are JSON and no order: every field missing, of every wrong type, of a wrong form, and fields nobody knows. */
export const wrongBodies: readonly WrongBody[] = [
  ...missing,
  ...wrongTypes,
  ...wrongForms,
  ...unknownFields,
  ...([[], 'order', 42, null, true] as const).map((body) => ({
    why: `is ${JSON.stringify(body)}`,
    field: 'body',
    body,
  })),
];

import type * as z from 'zod/mini';

/** What a field tells: about a person, or about how that person pays. */
export type Sensitivity = 'personal' | 'payment';

/** A sensitive field of a schema. */
export interface SensitiveField {
  /** Where it stands, for example `shipTo.street`; the elements of a list are `lines[].note`, the values of a record `metadata.*`. */
  readonly path: string;
  readonly sensitivity: Sensitivity;
}

type Schema = z.core.$ZodType;

const known = new WeakMap<Schema, Sensitivity>();

const marked = <S extends Schema>(schema: S, sensitivity: Sensitivity): S => {
  known.set(schema, sensitivity);
  return schema;
};

/** Marks a field that tells about a person. Nothing changes in how it is parsed; a check that is added afterwards makes another, unmarked schema. */
export const personal = <S extends Schema>(schema: S): S => marked(schema, 'personal');

/** Marks a field that tells how a person pays. As `personal`. */
export const payment = <S extends Schema>(schema: S): S => marked(schema, 'payment');

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && '_zod' in value;

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** The schemas that a schema is made of, with what each adds to the path. */
const partsOf = (schema: Schema): readonly (readonly [string, Schema])[] => {
  const definition: object = schema._zod.def;
  const at = (key: string): unknown => Reflect.get(definition, key);
  const parts: (readonly [string, unknown])[] = [
    ...Object.entries(objectOf(at('shape'))).map(([name, field]) => [`.${name}`, field] as const),
    ['[]', at('element')],
    ['.*', at('valueType')],
    ...['innerType', 'in', 'out', 'left', 'right'].map((key) => ['', at(key)] as const),
    ...Object.values(objectOf(at('options'))).map((option: unknown) => ['', option] as const),
    ...Object.values(objectOf(at('items'))).map((item: unknown) => ['[]', item] as const),
  ];
  return parts.flatMap(([step, part]) => (isSchema(part) ? [[step, part] as const] : []));
};

/** Every field of a schema, marked or not, each path once. What is inside a marked field is as sensitive as the field. */
export const fieldsOf = (schema: Schema): readonly { readonly path: string; readonly sensitivity?: Sensitivity }[] => {
  const found = new Map<string, Sensitivity | undefined>();
  const walk = (at: Schema, path: string, inherited: Sensitivity | undefined): void => {
    const sensitivity = known.get(at) ?? inherited;
    if (path !== '') found.set(path, found.get(path) ?? sensitivity);
    for (const [step, part] of partsOf(at)) walk(part, `${path}${step}`, sensitivity);
  };
  walk(schema, '', undefined);
  return [...found].map(([path, sensitivity]) => ({
    path: path.replace(/^\./, ''),
    ...(sensitivity !== undefined && { sensitivity }),
  }));
};

/** The sensitive fields of a schema; of a marked field that has fields, only those. */
export const sensitiveFieldsOf = (schema: Schema): readonly SensitiveField[] => {
  const fields = fieldsOf(schema).flatMap(({ path, sensitivity }) => (sensitivity ? [{ path, sensitivity }] : []));
  const isInside = (path: string, outer: string) => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
  return fields.filter(({ path }) => !fields.some((other) => isInside(other.path, path)));
};

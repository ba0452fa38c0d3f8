import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { fieldsOf, sensitiveFieldsOf } from '../../../lambdas/shared/sensitive';

const lambdas = join(__dirname, '../../../lambdas');

/** Fields that tell about a person, or how a person pays, by their names alone. Lower case. */
const personalNames = new Set(
  `name firstname lastname fullname recipient street housenumber city postalcode zip country address email phone telephone mobile customerid
  userid personid birthdate dateofbirth gender document cpf cnpj rg passport taxid ip sourceip useragent latitude longitude shipto billto metadata
  paymentmethod card cardnumber pan cvv cvc iban bic account accountnumber pix`.split(/\s+/),
);

/** The names of `.lambda.ts` files that answer an API, but the sandbox's, which stand for other companies' services. */
const apiFunctions = globSync('*/*.lambda.ts', { cwd: lambdas })
  .filter((file) => !file.startsWith('sandbox/'))
  .filter((file) => /\bapiRoute\b/.test(readFileSync(join(lambdas, file), 'utf8')))
  .sort();

interface Route {
  readonly body?: z.core.$ZodType;
  readonly path?: z.core.$ZodType;
  readonly headers?: z.core.$ZodType;
  readonly query?: z.core.$ZodType;
  readonly success: z.core.$ZodType;
  readonly audit?: { readonly action: string };
}

const routeOf = (file: string): Route => {
  const name = (file.split('/')[1] ?? '').replace('.lambda.ts', '');
  const camel = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const contract: Record<string, unknown> = jest.requireActual(join(lambdas, file.replace('.lambda.ts', '.contract')));
  const route = contract[`${camel}Route`];
  if (typeof route !== 'object' || route === null || !('success' in route))
    throw new Error(`${file}: expected its contract to export ${camel}Route, made by apiContract`);
  // Made by apiContract.
  return route as Route;
};

const partsOf = ({ body, path, headers, query, success }: Route) =>
  Object.entries({ body, path, headers, query, success });

const unmarkedIn = (schema: z.core.$ZodType): string[] =>
  fieldsOf(schema)
    .filter(({ path, sensitivity }) => {
      const steps = path.split(/[.[\]*]+/).filter((step) => step !== '');
      return sensitivity === undefined && personalNames.has(steps.at(-1)?.toLowerCase().replaceAll(/[-_]/g, '') ?? '');
    })
    .map(({ path }) => path)
    // A group whose fields are all marked need not be marked itself.
    .filter((path) => {
      const inside = fieldsOf(schema).filter((field) => field.path.startsWith(`${path}.`));
      return inside.length === 0 || inside.some(({ sensitivity }) => sensitivity === undefined);
    });

const findingsOf = (route: Route): string[] => {
  const unmarked = partsOf(route).flatMap(([part, schema]) =>
    schema ? unmarkedIn(schema).map((path) => `${part}.${path} is personal by its name and not marked`) : [],
  );
  const sensitive = partsOf(route).flatMap(([, schema]) => (schema ? sensitiveFieldsOf(schema) : []));
  const undeclared = sensitive.length > 0 && route.audit === undefined ? ['sensitive fields without "audit"'] : [];
  return [...unmarked, ...undeclared];
};

test('there are functions that answer the API', () => {
  expect(apiFunctions).toEqual(
    expect.arrayContaining(['ordering/place-order.lambda.ts', 'ordering/read-order.lambda.ts']),
  );
});

test.each(apiFunctions)('%s marks every sensitive field, and declares how accesses to it are recorded', (file) => {
  expect(findingsOf(routeOf(file))).toEqual([]);
});

test('a new field that is personal by its name is found when it is not marked, wherever it stands', () => {
  const found = (success: z.core.$ZodType) => findingsOf({ success });

  expect(found(z.object({ email: z.string() }))).toEqual(['success.email is personal by its name and not marked']);
  expect(found(z.object({ lines: z.array(z.object({ recipient: z.string() })) }))).toHaveLength(1);
  expect(found(z.object({ either: z.optional(z.object({ customer_id: z.string() })) }))).toHaveLength(1);
  expect(found(z.object({ shipTo: z.object({ floor: z.number() }) }))).toHaveLength(1);
});

test('every action is recorded under a name of its own', () => {
  const actions = apiFunctions.flatMap((file) => routeOf(file).audit?.action ?? []);

  expect(actions).toHaveLength(new Set(actions).size);
  expect(actions).toEqual(expect.arrayContaining(['order.place', 'order.read', 'order.cancel']));
});

import type { FlagUse } from '../../../../lambdas/shared/flag-use.contract';
import { schemaUseIn } from '../../../../lambdas/shared/schema-phase.contract';
import type { StoredForms } from '../../../../lambdas/shared/stored-forms';
import type { FlagDefinition } from '../../../../lib/app/flags-file';
import type { Finding } from '../../../../local/gate/check';
import { judgeRelease, mayBeReleased } from '../../../../local/gate/judge-release';
import { type OpenApiDocument, valueAt } from '../../../../local/gate/openapi-document';
import { readCandidate, readRevision } from '../../../../local/gate/read-revision';
import {
  type Candidate,
  type Known,
  known,
  notKnown,
  type PublishedEvent,
  type Release,
  type Revision,
} from '../../../../local/gate/release';
import { phasesAgainst } from '../../../../local/gate/stage-phases';
import { projectRoot } from '../../../../local/paths';

/** This very code, released over itself. */
let release: Release;

beforeAll(async () => {
  const [candidate, served] = await Promise.all([readCandidate(projectRoot), readRevision(projectRoot, 'v1')]);
  release = { candidate, served: known(served), phases: await phasesAgainst(projectRoot, projectRoot, served) };
});

const of = <Value>(part: Known<Value>): Value => {
  if (!part.known) throw new Error(part.because);
  return part.value;
};

const candidateWith = (changes: Partial<Candidate>): Release => ({
  ...release,
  candidate: { ...release.candidate, ...changes },
});
const servedWith = (changes: Partial<Revision>): Release => ({
  ...release,
  served: known({ ...of(release.served), ...changes }),
});

const flag = (): FlagDefinition => release.candidate.flags['lines-per-order']!;
const flagsWith = (changed: object) => candidateWith({ flags: { 'lines-per-order': { ...flag(), ...changed } } });
const express: FlagUse = { key: 'express', default: false };

const apiWith = (change: (api: OpenApiDocument) => void): OpenApiDocument => {
  // A structured clone has prototypes of another realm than everything else in a test.
  const api = JSON.parse(JSON.stringify(release.candidate.api)) as OpenApiDocument;
  change(api);
  return api;
};
/** What stands at a place of a contract, to be changed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a contract has any shape, and so has what a test breaks in it
const at = (api: OpenApiDocument, pointer: string): any => valueAt(api, pointer);

const forms = (): StoredForms<unknown> => of(release.candidate.forms)[0]!;
const formsWith = (changes: Partial<StoredForms<unknown>>) =>
  candidateWith({ forms: known([{ ...forms(), ...changes }]) });
const exampleWith = (changes: object) => {
  const [example] = forms().examples;
  return formsWith({
    examples: [...forms().examples, { version: 1, state: { ...Object(example?.state), ...changes } }],
  });
};
const phaseWith = (
  phase: 'expand' | 'cutover' | 'contract',
  servedPhase: 'expand' | 'cutover' | 'contract',
): Release => ({
  ...release,
  phases: release.phases.map((entry) => ({
    ...entry,
    phase,
    served: known([
      {
        region: 'sa-east-1',
        deploying: false,
        versions: [{ functionName: 'place-order', version: '7', ...schemaUseIn(servedPhase, 3) }],
      },
    ]),
  })),
});

const orderPlaced = 'ordering.OrderPlaced.v1';
/** Events in which the schema of one has other fields. */
const eventsWith = (
  events: readonly PublishedEvent[],
  change: (fields: readonly object[]) => readonly object[],
  knowsFormer = true,
): readonly PublishedEvent[] =>
  events.map((event) => {
    const { contract } = event;
    if (contract.type !== orderPlaced) return event;
    const schema = Object(contract.schema) as { readonly fields: readonly object[] };
    const former = { schemaVersionId: contract.schemaVersionId, schema: contract.schema };
    const changed = { ...schema, fields: change(schema.fields) };
    const earlier = knowsFormer ? [former] : [];
    return { ...event, contract: { ...contract, schema: changed, schemaVersionId: 'another', earlier } };
  });
const events = () => release.candidate.events;

/** The pairs that are refused, and everything that was found. */
const judged = (broken: Release): { readonly refused: readonly string[]; readonly findings: readonly Finding[] } => {
  const reports = judgeRelease(broken);
  return {
    refused: reports.filter(({ verdict }) => verdict === 'does not fit').map(({ pair }) => pair),
    findings: reports.flatMap(({ answers }) => answers.flatMap(({ findings }) => findings)),
  };
};

it('lets code go that is released over itself, and has asked everything', () => {
  const reports = judgeRelease(release);

  expect(mayBeReleased(reports)).toBe(true);
  expect(reports.flatMap(({ answers }) => answers.flatMap(({ notAsked }) => notAsked))).toEqual([]);
  expect(reports.map(({ pair, verdict }) => `${pair}: ${verdict}`)).toEqual([
    'code × flags: fits',
    'code × schema: fits',
    'code × contracts: fits',
    'flags × schema: fits',
    'flags × contracts: fits',
    'schema × contracts: fits',
  ]);
  expect(reports.flatMap(({ answers }) => answers.flatMap(({ findings }) => findings))).toEqual([]);
});

const breakages: readonly (readonly [string, string, () => Release, RegExp, RegExp])[] = [
  // Code and flags.
  [
    'a flag that code reads is not in the file',
    'code × flags',
    () => candidateWith({ flags: {} }),
    /^lines-per-order: not there; expected a flag of type number/,
    /^config\/flags\.json: lines-per-order$/,
  ],
  [
    'a flag has another type than code reads',
    'code × flags',
    () => flagsWith({ type: 'string', variants: { contract: '50' } }),
    /^lines-per-order\.type: got "string"; expected "number"/,
    /^config\/flags\.json: lines-per-order$/,
  ],
  [
    'a flag has another default than code',
    'code × flags',
    () => flagsWith({ default: 'short' }),
    /^lines-per-order is 20 by default; expected 50/,
    /^config\/flags\.json: lines-per-order\.default$/,
  ],
  [
    'served code reads a flag that is removed',
    'code × flags',
    () => servedWith({ flagUses: known([...release.candidate.flagUses, express]) }),
    /^express: not there; .* in v1$/,
    /^config\/flags\.json: express$/,
  ],
  [
    'served code reads a flag whose type the candidate changes together with its own use of it',
    'code × flags',
    () => servedWith({ flagUses: known([{ key: 'lines-per-order', default: 'many' }]) }),
    /^lines-per-order\.type: got "number"; expected "string".* in v1$/,
    /^config\/flags\.json: lines-per-order$/,
  ],
  // Code and schema.
  [
    'the stored forms cannot be loaded',
    'code × schema',
    () => candidateWith({ forms: notKnown('version 2 of order has no downcaster') }),
    /^version 2 of order has no downcaster$/,
    /^lambdas\/\*\/\*\.forms\.ts$/,
  ],
  [
    'functions are deployed with another number than the code has',
    'code × schema',
    () => formsWith({ newest: 4 }),
    /^functions are deployed with version 4 as the newest; the code has 3$/,
    /^the stored forms of order$/,
  ],
  [
    'a version has no example',
    'code × schema',
    () => formsWith({ examples: forms().examples.filter(({ version }) => version === 2) }),
    /^version 1 has no example/,
    /^the stored forms of order: examples$/,
  ],
  [
    'a downcaster loses what the upcaster was given',
    'code × schema',
    () =>
      formsWith({
        examples: forms().examples.map((example) =>
          example.version === 1
            ? {
                ...example,
                state: {
                  ...Object(example.state),
                  shipTo: { ...Object(Reflect.get(Object(example.state), 'shipTo')), houseNumber: '7' },
                },
              }
            : example,
        ),
      }),
    /^example 1 of version 1 does not come back as it was/,
    /^the stored forms of order: version 1$/,
  ],
  [
    'a phase is skipped',
    'code × schema',
    () => phaseWith('contract', 'expand'),
    /^order goes to "contract" in stage local; sa-east-1: reads 2 and 3 and writes 2: place-order:7; expected every served version to read and write 3$/,
    /^config\/local\.json: schemaPhases\.order$/,
  ],
  [
    'a phase goes back behind what is not read any more',
    'code × schema',
    () => phaseWith('expand', 'contract'),
    /expected every served version to read 2, which is written again, and nothing older$/,
    /^config\/local\.json: schemaPhases\.order$/,
  ],
  [
    'an old form is given up and still stored',
    'code × schema',
    () => {
      const { phases, ...rest } = phaseWith('contract', 'cutover');
      return {
        ...rest,
        phases: phases.map((entry) => ({
          ...entry,
          left: [{ region: 'sa-east-1', old: { 'us-east-1': 3 }, homeless: { count: 0, some: [] } }],
        })),
      };
    },
    /3 entities of us-east-1 are stored in an old version; expected none$/,
    /^config\/local\.json: schemaPhases\.order$/,
  ],
  // Code and contracts.
  [
    'an operation has no function',
    'code × contracts',
    () =>
      candidateWith({
        httpFunctions: release.candidate.httpFunctions.filter((name) => name !== 'ordering/cancel-order'),
      }),
    /^operation cancelOrder has no function; expected cancel-order\.lambda\.ts/,
    /^contracts\/openapi\/tenfold-v1\.yaml: operationId cancelOrder$/,
  ],
  [
    'a function answers HTTP that no operation is called as',
    'code × contracts',
    () => candidateWith({ httpFunctions: [...release.candidate.httpFunctions, 'ordering/list-orders'] }),
    /^ordering\/list-orders answers HTTP, and no operation is called so$/,
    /^lambdas\/ordering\/list-orders\.lambda\.ts$/,
  ],
  [
    'an operation has no probe',
    'code × contracts',
    () => candidateWith({ probedOperations: ['placeOrder', 'readOrder', 'checkHealth'] }),
    /^operation cancelOrder has no probe/,
    /^contracts\/openapi\/probes\.ts: cancelOrder$/,
  ],
  [
    'probes are of no operation',
    'code × contracts',
    () => candidateWith({ probedOperations: [...release.candidate.probedOperations, 'listOrders'] }),
    /^there are probes of listOrders, which is no operation$/,
    /^contracts\/openapi\/probes\.ts: listOrders$/,
  ],
  [
    'a generated file is stale',
    'code × contracts',
    () => candidateWith({ staleFiles: ['contracts/avro/events.ts'] }),
    /^contracts\/avro\/events\.ts was made of other contracts than there are$/,
    /^contracts\/avro\/events\.ts$/,
  ],
  [
    'code names an event that there is not',
    'code × contracts',
    () => candidateWith({ writtenNames: [{ name: 'ordering.OrderPlaced.v2', file: 'lib/x.ts', isCommand: false }] }),
    /^code names ordering\.OrderPlaced\.v2, and there is neither/,
    /^lib\/x\.ts$/,
  ],
  [
    'an event is gone that served code uses',
    'code × contracts',
    () => candidateWith({ events: events().filter(({ contract }) => contract.type !== orderPlaced) }),
    /^ordering\.OrderPlaced\.v1 is gone, and served code still publishes or reads it$/,
    /^contracts\/avro\/ordering\.OrderPlaced\.v1\.avsc$/,
  ],
  [
    'an event has lost a field that served code reads',
    'code × contracts',
    () =>
      servedWith({ events: known(eventsWith(events(), (fields) => [...fields, { name: 'channel', type: 'string' }])) }),
    /^ordering\.OrderPlaced\.v1: served code cannot read what the candidate publishes: .*channel/,
    /^contracts\/avro\/ordering\.OrderPlaced\.v1\.avsc$/,
  ],
  [
    'an event has a new field without a default',
    'code × contracts',
    () => servedWith({ events: known(eventsWith(events(), (fields) => fields.slice(0, -1))) }),
    /^ordering\.OrderPlaced\.v1: the candidate cannot read what is published now: .*country/,
    /^contracts\/avro\/ordering\.OrderPlaced\.v1\.avsc$/,
  ],
  [
    'messages in flight were written with a schema that the candidate does not know',
    'code × contracts',
    () =>
      servedWith({
        events: known(
          eventsWith(events(), (fields) => [...fields, { name: 'channel', type: 'string', default: 'web' }]),
        ),
      }),
    /^ordering\.OrderPlaced\.v1: the candidate does not know the schema another/,
    /^contracts\/avro\/ordering\.OrderPlaced\.v1\.avsc$/,
  ],
  [
    'a schema is forgotten that was an earlier one of an event already',
    'code × contracts',
    () => {
      const old = { schemaVersionId: 'old', schema: {} };
      const knowing = events().map((event) => ({ ...event, contract: { ...event.contract, earlier: [old] } }));
      return servedWith({ events: known(knowing) });
    },
    /^ordering\.OrderPlaced\.v1: the candidate has forgotten the schema old, which served code knows/,
    /^contracts\/avro\/earlier\/ordering\.OrderPlaced\.v1\.<day>\.avsc$/,
  ],
  // Flags and schema.
  [
    'a flag is rolled out where the form it needs is not written',
    'flags × schema',
    () => {
      const { candidate } = flagsWith({ stages: { prod: { rollout: { variant: 'short', percent: 5 } } } });
      const uses = candidate.flagUses.map((use) => ({ ...use, needs: { order: 3 } }));
      return { ...release, candidate: { ...candidate, flagUses: uses } };
    },
    /^somebody gets the variant short of lines-per-order in stage prod, which needs version 3 of order to be written; in phase "expand" version 2 is$/,
    /^config\/flags\.json: lines-per-order\.stages\.prod$/,
  ],
  [
    'a flag is rolled out together with the phase that writes the form it needs',
    'flags × schema',
    () => {
      const { candidate } = flagsWith({ stages: { prod: { rollout: { variant: 'short', percent: 5 } } } });
      const uses = candidate.flagUses.map((use) => ({ ...use, needs: { order: 3 } }));
      return { ...phaseWith('cutover', 'expand'), candidate: { ...candidate, flagUses: uses } };
    },
    /^somebody gets the variant short of lines-per-order in stage prod, .*; what is served now does not yet: sa-east-1$/,
    /^config\/flags\.json: lines-per-order\.stages\.prod$/,
  ],
  [
    'a flag needs a form of what is not stored',
    'flags × schema',
    () => candidateWith({ flagUses: [{ ...release.candidate.flagUses[0]!, needs: { parcel: 2 } }] }),
    /^lines-per-order needs a version of parcel, which is no kind of stored entities; expected one of order$/,
    /^the use of lines-per-order: needs\.parcel$/,
  ],
  // Flags and contracts.
  [
    'a variant is beyond what the contract promises',
    'flags × contracts',
    () => flagsWith({ variants: { ...flag().variants, long: 60 } }),
    /^variant long of lines-per-order is 60; the contract promises maxItems 50$/,
    /^config\/flags\.json: lines-per-order\.variants\.long$/,
  ],
  [
    'a flag is bounded by a place that is not there',
    'flags × contracts',
    () =>
      candidateWith({
        flagUses: [{ ...release.candidate.flagUses[0]!, boundedBy: '#/components/schemas/Gone/maxItems' }],
      }),
    /^lines-per-order is bounded by #\/components\/schemas\/Gone\/maxItems, where there is nothing/,
    /^the use of lines-per-order: boundedBy$/,
  ],
  // Schema and contracts.
  [
    'a stored order has a value that the contract of the answer excludes',
    'schema × contracts',
    () => exampleWith({ currency: 'real' }),
    /^order in version 1: readOrder answers another currency than promised/,
    /^contracts\/openapi\/tenfold-v1\.yaml: readOrder, answer 200$/,
  ],
  [
    'a stored order cannot be told as an event',
    'schema × contracts',
    () => formsWith({ events: (state) => forms().events({ ...Object(state), clientId: undefined }) }),
    /^order in version 1 cannot be told as ordering\.OrderPlaced\.v1: .*clientId/,
    /^contracts\/avro\/ordering\.OrderPlaced\.v1\.avsc$/,
  ],
  [
    'a stored order cannot be answered at all',
    'schema × contracts',
    () => exampleWith({ status: 'LOST' }),
    /^order in version 1: readOrder cannot answer it: /,
    /^contracts\/openapi\/tenfold-v1\.yaml: readOrder$/,
  ],
  [
    'an answer has a status that the contract does not have',
    'schema × contracts',
    () => formsWith({ answers: { readOrder: () => ({ status: 206, body: {} }) } }),
    /^readOrder answers a stored order with 206, of which the contract says nothing$/,
    /^contracts\/openapi\/tenfold-v1\.yaml: readOrder, answer 206$/,
  ],
];

it.each(breakages)('refuses a release when %s, and names %s alone', (_, pair, broken, what, where) => {
  const { refused, findings } = judged(broken());

  expect(refused).toEqual([pair]);
  expect(findings).toContainEqual({
    what: expect.stringMatching(what),
    where: expect.stringMatching(where),
    fix: expect.stringMatching(/\w/),
  });
});

/** What clients of the API as it is are told of one that was changed. */
const toldToClients = (change: (api: OpenApiDocument) => void) =>
  judgeRelease(candidateWith({ api: apiWith(change) }))
    .flatMap(({ answers }) => answers)
    .find(({ claim }) => claim === 'clients of the served API are answered as before');

const schemas = '#/components/schemas';
const order = `${schemas}/Order`;
const request = `${schemas}/PlaceOrderRequest`;
const customer = `${request}/properties/customerId`;
const placeOrder = '#/paths/~1v1~1orders/post';
const cancelOrder = '#/paths/~1v1~1orders~1{orderId}~1cancel/post';
const checkHealth = '#/paths/~1health/get';

it.each<[string, string, (api: OpenApiDocument) => void]>([
  ['an operation is gone', 'cancel/post', (api) => delete api.paths['/v1/orders/{orderId}/cancel']],
  ['a field of an answer is gone', 'properties/totalMinor', (api) => delete at(api, order).properties.totalMinor],
  ['a field of an answer may be left out', 'required', (api) => at(api, order).required.pop()],
  ['a field of a request is demanded', 'required', (api) => at(api, request).required.push('metadata')],
  ['a field of a request is refused', 'properties/metadata', (api) => delete at(api, request).properties.metadata],
  [
    'a bound of a request is narrower',
    'maximum',
    (api) => (at(api, `${schemas}/RequestedLine/properties/quantity`).maximum = 9),
  ],
  ['a pattern of a request is another', 'pattern', (api) => (at(api, customer).pattern = '^x$')],
  [
    'an answer may have a value that nobody has heard of',
    'enum',
    (api) => at(api, `${schemas}/OrderStatus`).enum.push('LOST'),
  ],
  [
    'a field of an answer has another type',
    'type',
    (api) => (at(api, `${order}/properties/customerId`).type = 'integer'),
  ],
  [
    'a header is demanded',
    'parameters',
    (api) =>
      at(api, placeOrder).parameters.push({
        name: 'X-Shop',
        in: 'header',
        required: true,
        schema: { type: 'string' },
      }),
  ],
  [
    'a scope is demanded that tokens do not have',
    'security',
    (api) => (at(api, placeOrder).security = [{ oauth2: ['tenfold/admin'] }]),
  ],
  ['an answer is gone', 'responses/201', (api) => delete at(api, placeOrder).responses['201']],
  ['a field of a request has a list of values', 'customerId/enum', (api) => (at(api, customer).enum = ['ada'])],
  [
    'a list of values in a request is shorter',
    'lines/items/properties/quantity/enum',
    (api) => (at(api, `${schemas}/Quantity`).enum = [1, 2]),
  ],
  [
    'fields of any name are refused in a request',
    'metadata/additionalProperties',
    (api) => (at(api, `${request}/properties/metadata`).additionalProperties = false),
  ],
  [
    'fields of any name are narrower in a request',
    'metadata/additionalProperties/maxLength',
    (api) => (at(api, `${request}/properties/metadata/additionalProperties`).maxLength = 100),
  ],
  ['a format of a request is demanded', 'customerId/format', (api) => (at(api, customer).format = 'uuid')],
  [
    'a format of a parameter is another',
    'schema/format',
    (api) => (at(api, '#/components/parameters/OrderId').schema.format = 'ulid'),
  ],
  ['a bound of a request is new', 'customerId/maxLength', (api) => (at(api, customer).maxLength = 20)],
  ['a rule that the gate does not know is new in a request', 'customerId/not', (api) => (at(api, customer).not = {})],
  [
    'an operation suddenly demands a body',
    'cancel/post/requestBody',
    (api) => (at(api, cancelOrder).requestBody = { ...at(api, placeOrder).requestBody, required: true }),
  ],
  [
    'a body is of another media type',
    'requestBody/content/application~1json',
    (api) => (at(api, placeOrder).requestBody.content = { 'text/xml': {} }),
  ],
  ['a header is not taken any more', 'traceparent', (api) => at(api, placeOrder).parameters.pop()],
  [
    'a header may not be left out any more',
    'traceparent',
    (api) => (at(api, '#/components/parameters/TraceParent').required = true),
  ],
  [
    'an operation demands a token like all others',
    'health/get/security',
    (api) => delete at(api, checkHealth).security,
  ],
  ['an operation demands a token', 'health/get/security', (api) => (at(api, checkHealth).security = [{ oauth2: [] }])],
  [
    'a token is demanded of another scheme',
    'orders/post/security',
    (api) => (at(api, placeOrder).security = [{ key: [] }]),
  ],
  [
    'the scheme of tokens is replaced',
    'orders/post/security',
    (api) => (at(api, '#/components/securitySchemes').oauth2 = { type: 'apiKey', in: 'header', name: 'x-key' }),
  ],
  [
    'the values of an answer are not listed any more',
    'status/enum',
    (api) => delete at(api, `${schemas}/OrderStatus`).enum,
  ],
  ['a value of an answer is replaced', 'status/enum', (api) => (at(api, `${schemas}/OrderStatus`).enum[0] = 'LOST')],
  ['a format of an answer is another', 'placedAt/format', (api) => (at(api, `${schemas}/Timestamp`).format = 'date')],
  ['a format of an answer is gone', 'placedAt/format', (api) => delete at(api, `${schemas}/Timestamp`).format],
  [
    'a field of an answer may be null',
    'customerId/nullable',
    (api) => (at(api, `${order}/properties/customerId`).nullable = true),
  ],
  [
    'a field of an answer may be anything',
    'customerId/type',
    (api) => delete at(api, `${order}/properties/customerId`).type,
  ],
  ['a bound of an answer is gone', 'totalMinor/minimum', (api) => delete at(api, `${schemas}/MinorUnits`).minimum],
  [
    'a bound of an answer is wider, wherever it is used',
    'health/get/responses/503/content/application~1problem+json/schema/properties/status/maximum',
    (api) => (at(api, `${schemas}/Problem/properties/status`).maximum = 699),
  ],
  [
    'fields of any name may be anything in an answer',
    'schemas/additionalProperties/type',
    (api) => (at(api, `${schemas}/RegionInService/properties/schemas`).additionalProperties = true),
  ],
  [
    'a header of an answer is gone',
    'headers/Location',
    (api) => delete at(api, placeOrder).responses['201'].headers.Location,
  ],
  [
    'a header of an answer may have any value',
    'Idempotency-Replayed/schema/enum',
    (api) => delete at(api, '#/components/headers/IdempotencyReplayed').schema.enum,
  ],
])('tells clients of what is served apart from those of tomorrow: %s', (_, place, change) => {
  const told = toldToClients(change);

  expect(told?.verdict).toBe('does not fit');
  expect(told?.findings.some(({ where }) => where.includes(place))).toBe(true);
});

it.each<[string, (api: OpenApiDocument) => void]>([
  ['a field more in an answer', (api) => (at(api, order).properties.gift = { type: 'string' })],
  ['a field more that a request may have', (api) => (at(api, request).properties.gift = { type: 'string' })],
  ['a wider bound of a request', (api) => (at(api, `${request}/properties/lines`).maxItems = 60)],
  ['other words and other examples', (api) => (at(api, placeOrder).summary = 'Order something')],
  ['fewer values of an answer', (api) => at(api, `${schemas}/OrderStatus`).enum.pop()],
  ['values in another order', (api) => at(api, `${schemas}/OrderStatus`).enum.reverse()],
  ['a list of values of an answer', (api) => (at(api, `${order}/properties/customerId`).enum = ['ada'])],
  ['a format of an answer', (api) => (at(api, `${order}/properties/customerId`).format = 'uuid')],
  ['a bound of an answer', (api) => (at(api, `${order}/properties/lines`).maxItems = 50)],
  ['a field that is always in an answer now', (api) => at(api, order).required.push('reason')],
  ['an answer that is not closed any more', (api) => delete at(api, order).additionalProperties],
  ['a field of a request that may be null', (api) => (at(api, customer).nullable = true)],
  ['a field of a request of more types', (api) => (at(api, customer).type = ['string', 'null'])],
  ['a field of a request without a pattern', (api) => delete at(api, customer).pattern],
  ['a field of a request that may be left out', (api) => at(api, request).required.pop()],
  ['a request that is not closed any more', (api) => delete at(api, request).additionalProperties],
  ['a format less of a parameter', (api) => delete at(api, '#/components/parameters/OrderId').schema.format],
  [
    'a number in a request that need not be whole',
    (api) => (at(api, `${schemas}/RequestedLine/properties`).quantity = { type: 'number', minimum: 1, maximum: 99 }),
  ],
  ['a body that may be sent', (api) => (at(api, cancelOrder).requestBody = { content: { 'application/json': {} } })],
  ['a body that may be left out', (api) => (at(api, placeOrder).requestBody.required = false)],
  ['an operation without a token', (api) => (at(api, placeOrder).security = [])],
  [
    'one more scope that there is',
    (api) => (at(api, '#/components/securitySchemes').oauth2.flows.clientCredentials.scopes['tenfold/x'] = 'Anything'),
  ],
  ['one more way to be let in', (api) => at(api, placeOrder).security.push({ key: [] })],
  ['a scope that is not demanded any more', (api) => (at(api, placeOrder).security = [{ oauth2: [] }])],
])('breaks no client by %s', (_, change) => {
  expect(toldToClients(change)).toMatchObject({ verdict: 'fits', findings: [] });
});

it('does not follow a contract in circles', () => {
  const { candidate } = candidateWith({
    api: apiWith(
      (api) => (at(api, schemas).Line.properties.parts = { type: 'array', items: { $ref: `${schemas}/Line` } }),
    ),
  });

  expect(() => judgeRelease({ ...release, candidate })).toThrow(/^#\/components\/schemas\/Line refers to itself/);
});

it('warns of a flag that no code reads, and lets the release go', () => {
  const broken = candidateWith({
    flags: {
      ...release.candidate.flags,
      express: { ...flag(), type: 'boolean', variants: { on: true }, default: 'on' },
    },
  });

  const { refused, findings } = judged(broken);

  expect(refused).toEqual([]);
  expect(findings).toMatchObject([{ what: expect.stringMatching(/^express is read by no code/), isWarning: true }]);
});

it('lets a flag change whose needs are met, and one that everybody has at its default', () => {
  const needy = (stages: object) => {
    const { candidate } = flagsWith({ stages });
    const uses = candidate.flagUses.map((use) => ({ ...use, needs: { order: 3 } }));
    return { ...release, candidate: { ...candidate, flagUses: uses } };
  };

  expect(judged(needy({ local: { variant: 'short' } })).refused).toEqual([]);
  expect(judged(needy({ prod: { variant: 'contract' } })).refused).toEqual([]);
  expect(judged(needy({ prod: { variant: 'contract', rollout: { variant: 'short', percent: 0 } } })).refused).toEqual(
    [],
  );
});

it('lets an event change that both sides know, and warns while served code does not know it yet', () => {
  const wider = eventsWith(events(), (fields) => [...fields, { name: 'channel', type: 'string', default: 'web' }]);
  const broken = candidateWith({ events: wider });

  const { refused, findings } = judged(broken);

  expect(refused).toEqual([]);
  expect(findings).toMatchObject([
    { what: expect.stringMatching(/served code does not know the schema another yet/), isWarning: true },
  ]);
});

it('lets an event go that nothing served uses', () => {
  const unused = events().map((event) => ({ ...event, isUsed: event.contract.type !== orderPlaced }));
  const broken = {
    ...servedWith({ events: known(unused) }),
    candidate: {
      ...release.candidate,
      events: events().filter(({ contract }) => contract.type !== orderPlaced),
    },
  };

  expect(judged(broken).refused).toEqual([]);
});

it('holds a release against every commit that is served, and says once what is wrong with the release itself', () => {
  const [first, second] = [
    servedWith({ name: 'first', flagUses: known([...of(of(release.served).flagUses), express]) }),
    servedWith({ name: 'second' }),
  ];
  const { candidate } = flagsWith({ variants: { ...flag().variants, long: 60 } });

  const reports = judgeRelease({ ...first, candidate }, { ...second, candidate });

  const findings = reports.flatMap(({ answers }) => answers.flatMap((answer) => answer.findings));
  expect(findings.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^express: not there; .* in first$/),
    expect.stringMatching(/^variant long of lines-per-order is 60/),
  ]);
});

it('says what it could not ask, and why, without calling it a misfit', () => {
  const because = 'there is no commit before this one';
  const alone: Release = {
    ...release,
    served: notKnown(because),
    phases: release.phases.map((entry) => ({ ...entry, served: notKnown(because) })),
  };
  const reports = judgeRelease(alone);

  expect(mayBeReleased(reports)).toBe(true);
  expect(reports.map(({ pair, verdict }) => `${pair}: ${verdict}`)).toEqual([
    'code × flags: fits in part',
    'code × schema: fits in part',
    'code × contracts: fits in part',
    'flags × schema: fits',
    'flags × contracts: fits',
    'schema × contracts: fits',
  ]);
  expect(reports[0]?.answers[1]?.notAsked).toEqual([because]);
});

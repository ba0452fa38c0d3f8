import fc from 'fast-check';
import { readEnvelope } from '../../../lambdas/shared/envelope-reader';
import { UnreadableMessageError } from '../../../lambdas/shared/message.errors';
import { envelope } from './messages';

const texts = ['id', 'source', 'type', 'time', 'subject', 'correlationid', 'causationid', 'originregion'];
const optionalTexts = ['traceparent', 'dataschema', 'data_base64', 'tasktoken'];
type Rule = readonly [attribute: string, fits: (value: unknown) => boolean];
/** What an envelope must be, in the order in which faults are named. */
const rules: readonly Rule[] = [
  ['specversion', (value) => value === '1.0'],
  ...texts.map((name): Rule => [name, (value) => typeof value === 'string' && value.length > 0]),
  ['sequence', Number.isSafeInteger],
  ...optionalTexts.map((name): Rule => [name, (value) => value === undefined || typeof value === 'string']),
];
const odd = fc.oneof(
  fc.constantFrom('', '1.0', '0.3', 'text', 1, 0, -1, 1.5, 2 ** 53, true, null, undefined, [], {}),
  fc.jsonValue(),
);
const damage = fc.dictionary(fc.constantFrom(...rules.map(([name]) => name)), odd, {
  maxKeys: 3,
  noNullPrototype: true,
});

describe('readEnvelope', () => {
  it('reads an envelope with all its attributes', () => {
    const full = { ...envelope(), traceparent: '00-1-2-01', dataschema: 'urn:avro:x', tasktoken: 'token' };

    expect(readEnvelope(JSON.stringify(full))).toEqual(full);
  });

  it.each([
    'specversion',
    'id',
    'source',
    'type',
    'time',
    'subject',
    'sequence',
    'correlationid',
    'causationid',
    'originregion',
  ])('refuses an envelope without %s, and names it', (name) => {
    const body = JSON.stringify({ ...envelope(), [name]: undefined });

    expect(() => readEnvelope(body)).toThrow(UnreadableMessageError);
    expect(() => readEnvelope(body)).toThrow(`wrong attribute ${name}`);
  });

  it.each([
    ['id', ''],
    ['id', 7],
    ['sequence', '1'],
    ['sequence', 1.5],
    ['traceparent', 1],
    ['data_base64', {}],
    ['tasktoken', null],
    ['specversion', '0.3'],
  ])('refuses %s = %j', (name, value) => {
    expect(() => readEnvelope(JSON.stringify({ ...envelope(), [name]: value }))).toThrow(`wrong attribute ${name}`);
  });

  it('accepts exactly the envelopes whose attributes all fit, and names the first that does not', () => {
    let accepted = 0;
    fc.assert(
      fc.property(damage, (damaged) => {
        const body = JSON.stringify({ ...envelope(), ...damaged });
        const sent = JSON.parse(body) as { readonly [attribute: string]: unknown };
        const fault = rules.find(([name, fits]) => !fits(sent[name]))?.[0];
        if (fault === undefined) {
          accepted += 1;
          expect(readEnvelope(body)).toStrictEqual(sent);
        } else {
          expect(() => readEnvelope(body)).toThrow(
            new UnreadableMessageError(`the message is not a CloudEvent of ours: wrong attribute ${fault}`),
          );
        }
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('does not repeat what it was sent: it may be personal', () => {
    expect(() => readEnvelope('secret street 5')).toThrow(/^the message is not JSON$/);
  });

  it('fails in no other way, whatever the message', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => readEnvelope(body)).toThrow(UnreadableMessageError);
      }),
    );
  });
});

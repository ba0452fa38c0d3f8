import fc from 'fast-check';
import { readEnvelope } from '../../../lambdas/shared/envelope-reader';
import { UnreadableMessageError } from '../../../lambdas/shared/message.errors';
import { envelope } from './messages';

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

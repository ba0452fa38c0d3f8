import { faultFor, parseFault } from '../../../lib/build/fault-injection/fault';

const event = (fault: string, changes: object = {}) => ({
  sagaId: 'o-1',
  step: 'charge',
  execution: 'o-1',
  attempt: 0,
  data: { metadata: { 'fault-charge': fault } },
  ...changes,
});

describe('parseFault', () => {
  it.each([
    ['error:2', { mode: 'error', tries: 2 }],
    ['after:always', { mode: 'after', tries: Number.POSITIVE_INFINITY }],
    ['slow:1:6', { mode: 'slow', tries: 1, waitMilliseconds: 6000 }],
  ])('reads %s', (text, fault) => expect(parseFault(text)).toEqual(fault));

  it.each(['', 'error', 'error:', 'error:-1', 'crash:1', 'error:1 '])('takes "%s" for no fault', (text) =>
    expect(parseFault(text)).toBeUndefined(),
  );
});

describe('faultFor', () => {
  it('hits as many tries as asked for, counted from the first', () => {
    expect(faultFor(event('error:2', { attempt: 1 }))).toMatchObject({ mode: 'error' });
    expect(faultFor(event('error:2', { attempt: 2 }))).toBeUndefined();
  });

  it('hits only the step that it names', () => {
    expect(faultFor(event('error:1', { step: 'refund' }))).toBeUndefined();
  });

  it('spares executions started from outside, so that a repair can succeed', () => {
    expect(faultFor(event('error:always', { execution: 'o-1.c1' }))).toBeUndefined();
  });

  it.each([undefined, null, 'text', { Records: [] }, { step: 'charge' }])('spares what is no saga step: %p', (other) =>
    expect(faultFor(other)).toBeUndefined(),
  );
});

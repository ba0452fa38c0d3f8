import { awaitSettled } from '../../../lambdas/regions/await-settled.use-case';

const region = 'sa-east-1';
/** A return looks every five seconds, and a count is a minute late at most. */
const [lookSeconds, countSeconds] = [5, 60];
const looksARound = countSeconds / lookSeconds + 1;

/** A successor, and the looks that a return takes at it. */
const successor = () => {
  const orders = { count: 0 };
  const queues = new Map([
    ['shipping.dispatch', 0],
    ['loyalty.credit', 0],
  ]);
  let now = Date.parse('2026-11-23T09:00:00.000Z');
  const ask = awaitSettled({
    orders: { unfinishedOf: async (name) => (name === region ? orders.count : 99) },
    queues: { waiting: async () => queues },
    countSeconds,
    clock: { now: () => new Date(now) },
  });
  let progress: Awaited<ReturnType<typeof ask>>['progress'] | undefined;
  const look = async () => {
    const answer = await ask({ region, ...(progress && { progress }) });
    progress = answer.progress;
    now += lookSeconds * 1_000;
    return answer;
  };
  const looks = async (times: number) => {
    const answers: string[] = [];
    for (let time = 0; time < times; time += 1) answers.push((await look()).answer);
    return answers;
  };
  /** How many looks it takes until it has settled. */
  const looksUntilSettled = async () => {
    for (let times = 1; times <= 1_000; times += 1) if ((await look()).answer === 'settled') return times;
    throw new Error('it has not settled');
  };
  return { orders, queues, look, looks, looksUntilSettled };
};

describe('a region that took over', () => {
  it('has settled when its queues were empty three times, each time a minute after the last: counts come late, and events have consequences', async () => {
    const { looksUntilSettled } = successor();

    expect(await looksUntilSettled()).toBe(3 * looksARound - 2);
  });

  it('believes no count of the minute in which the take-over has sent', async () => {
    const { queues, looks, look } = successor();
    await looks(looksARound - 1);
    // Sent a minute ago, and counted only now.
    queues.set('shipping.dispatch', 1);
    await looks(3 * looksARound);

    expect((await look()).why).toBe('shipping.dispatch has 1 messages');
  });

  it('has not as long as an adopted order is unfinished, and says so', async () => {
    const { orders, looks, look } = successor();
    orders.count = 2;

    expect(await looks(4 * looksARound)).not.toContain('settled');
    expect((await look()).why).toBe('2 adopted orders are unfinished');
  });

  it('begins anew with the queues when an order turns up', async () => {
    const { orders, looks, looksUntilSettled } = successor();
    await looks(2 * looksARound);
    orders.count = 1;
    await looks(1);
    orders.count = 0;

    // The minute begins with the last look that found it.
    expect(await looksUntilSettled()).toBe(3 * looksARound - 3);
  });

  it('has not as long as a consumer has messages, and says which one', async () => {
    const { queues, looks, look } = successor();
    queues.set('shipping.dispatch', 4);

    expect(await looks(4 * looksARound)).not.toContain('settled');
    expect((await look()).why).toBe('shipping.dispatch has 4 messages');
  });

  it('needs no moment in which all queues are empty: its own customers go on ordering', async () => {
    const { queues, looksUntilSettled, looks } = successor();
    queues.set('shipping.dispatch', 1);
    await looks(looksARound);
    queues.set('shipping.dispatch', 0);
    queues.set('loyalty.credit', 1);
    await looks(1);
    queues.set('loyalty.credit', 0);

    expect(await looksUntilSettled()).toBe(2 * looksARound - 2);
  });
});

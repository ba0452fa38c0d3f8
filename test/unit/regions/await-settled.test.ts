import { awaitSettled } from '../../../lambdas/regions/await-settled.use-case';

const region = 'sa-east-1';

/** A successor, and the looks that a return takes at it. */
const successor = () => {
  const orders = { count: 0 };
  const queues = new Map([
    ['shipping.dispatch', 0],
    ['loyalty.credit', 0],
  ]);
  const ask = awaitSettled({
    orders: { unfinishedOf: async (name) => (name === region ? orders.count : 99) },
    queues: { waiting: async () => queues },
  });
  let progress: Awaited<ReturnType<typeof ask>>['progress'] | undefined;
  const look = async () => {
    const answer = await ask({ region, ...(progress && { progress }) });
    progress = answer.progress;
    return answer;
  };
  const looks = async (times: number) => {
    const answers: string[] = [];
    for (let time = 0; time < times; time += 1) answers.push((await look()).answer);
    return answers;
  };
  return { orders, queues, look, looks };
};

describe('a region that took over', () => {
  it('has settled when its queues were empty three looks running: events have consequences', async () => {
    const { looks } = successor();

    expect(await looks(3)).toEqual(['not-yet', 'not-yet', 'settled']);
  });

  it('has not as long as an adopted order is unfinished, and says so', async () => {
    const { orders, looks, look } = successor();
    orders.count = 2;

    expect(await looks(5)).not.toContain('settled');
    expect((await look()).why).toBe('2 adopted orders are unfinished');
  });

  it('begins anew with the queues when an order turns up', async () => {
    const { orders, looks } = successor();
    await looks(2);
    orders.count = 1;
    await looks(1);
    orders.count = 0;

    expect(await looks(3)).toEqual(['not-yet', 'not-yet', 'settled']);
  });

  it('has not as long as a consumer has messages, and says which one', async () => {
    const { queues, looks, look } = successor();
    queues.set('shipping.dispatch', 4);

    expect(await looks(5)).not.toContain('settled');
    expect((await look()).why).toBe('shipping.dispatch has 4 messages');
  });

  it('needs no moment in which all queues are empty: its own customers go on ordering', async () => {
    const { queues, look } = successor();
    const answers: string[] = [];
    for (const busy of ['shipping.dispatch', 'loyalty.credit', 'shipping.dispatch', 'loyalty.credit']) {
      for (const consumer of queues.keys()) queues.set(consumer, consumer === busy ? 1 : 0);
      answers.push((await look()).answer);
    }
    for (let more = 0; more < 4; more += 1) {
      for (const consumer of queues.keys()) queues.set(consumer, 1 - (queues.get(consumer) ?? 0));
      answers.push((await look()).answer);
    }

    expect(answers.indexOf('settled')).toBe(5);
  });
});

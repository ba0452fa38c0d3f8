import { randomUUID } from 'node:crypto';
import { deployedStore, newCustomer, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { type MachineClient, makeMachineClient } from './machine-client';
import { type HttpAnswer, problemIn, sendTo } from './store-client';

const store = deployedStore();
const clients: MachineClient[] = [];
afterAll(() => Promise.all(clients.map((client) => client.remove())));

interface Entity {
  readonly entity: string;
  readonly events: readonly { readonly sequence: number; readonly kind: string }[];
}

/** An hour ago. */
const STARTED = Date.now() - 3_600_000;

const viewed = (sequence: number, more: object = {}) => ({
  sequence,
  kind: 'viewed',
  occurredAt: new Date(STARTED - sequence * 1_000).toISOString(),
  sku: 'TEA-SENCHA-100G',
  ...more,
});

const post = (body: unknown): Promise<HttpAnswer> =>
  store().api.send({
    method: 'POST',
    path: '/v1/activity',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const timelineOf = async (customerId: string): Promise<readonly Entity[]> => {
  const { status, text } = await store().api.send({ method: 'GET', path: `/v1/activity/${customerId}` });
  if (status !== 200) throw new Error(`expected the timeline of ${customerId}, got ${status} ${text}`);
  return (JSON.parse(text) as { readonly timeline: readonly Entity[] }).timeline;
};

const sequencesOf = (timeline: readonly Entity[], entity: string): readonly number[] =>
  timeline.find((one) => one.entity === entity)?.events.map(({ sequence }) => sequence) ?? [];

const untilShown = (customerId: string, entity: string, count: number): Promise<readonly Entity[]> =>
  eventually(
    () => timelineOf(customerId),
    (timeline) => sequencesOf(timeline, entity).length >= count,
  );

describe('activity', () => {
  it('is shown by its numbers, although its times go backwards', async () => {
    const [visitId, customerId] = [randomUUID(), newCustomer()];

    const answer = await post({ visitId, customerId, events: [1, 2, 3].map((sequence) => viewed(sequence)) });

    expect([answer.status, JSON.parse(answer.text)]).toEqual([202, { accepted: 3, through: 3 }]);
    const timeline = await untilShown(customerId, `visit/${visitId}`, 3);
    expect(sequencesOf(timeline, `visit/${visitId}`)).toEqual([1, 2, 3]);
  });

  it('waits for a batch that is overtaken, and shows each event of a repeated one once', async () => {
    const [visitId, customerId] = [randomUUID(), newCustomer()];
    const [first, later] = [
      [viewed(1), viewed(2)],
      [viewed(3), viewed(4)],
    ].map((events) => ({ visitId, customerId, events }));

    await post(later);
    await post(later);
    await post(first);
    await post(first);

    const timeline = await untilShown(customerId, `visit/${visitId}`, 4);
    expect(sequencesOf(timeline, `visit/${visitId}`)).toEqual([1, 2, 3, 4]);
  });

  it('holds what becomes of an order, in its order', async () => {
    const asked = orderOf(await store().newArticle());
    const { orderId } = await store().api.placed(asked);

    const timeline = await untilShown(asked.customerId, `order/${orderId}`, 2);

    const kinds = timeline.find(({ entity }) => entity === `order/${orderId}`)?.events.map(({ kind }) => kind);
    expect(kinds).toEqual(['placed', 'confirmed']);
  });

  it('is refused when it is not as the contract wants it, and nothing of it is shown', async () => {
    const [visitId, customerId] = [randomUUID(), newCustomer()];
    const wrong = [
      [400, 'events[0].sequence', [{ ...viewed(1), sequence: undefined }]],
      [400, 'events[0].kind', [viewed(1, { kind: 'stolen' })]],
      [422, 'events[1].sequence', [viewed(2), viewed(1)]],
      [422, 'events[0].occurredAt', [viewed(1, { occurredAt: '2099-01-01T00:00:00Z' })]],
      [422, 'events[0].occurredAt', [viewed(1, { occurredAt: '1999-01-01T00:00:00Z' })]],
      [400, 'events', Array.from({ length: 101 }, (_, index) => viewed(index + 1))],
    ] as const;

    for (const [status, field, events] of wrong) {
      const answer = await post({ visitId, customerId, events });
      expect({ status: answer.status, errors: problemIn(answer).errors }).toMatchObject({
        status,
        errors: [{ field }],
      });
    }
    expect((await post({ visitId, customerId, events: [], note: 'x'.repeat(70_000) })).status).toBe(413);
    expect(await timelineOf(customerId)).toEqual([]);
  });

  it('takes a token with the scope of what is asked, and no other', async () => {
    const client = await makeMachineClient(store().cloud, ['tenfold/activity.read', 'tenfold/orders.write']);
    clients.push(client);
    const headers = { authorization: `Bearer ${await client.token()}`, 'content-type': 'application/json' };
    const { apiUrl } = store().cloud;

    const read = await sendTo(apiUrl, { method: 'GET', path: `/v1/activity/${newCustomer()}`, headers });
    const write = await sendTo(apiUrl, {
      method: 'POST',
      path: '/v1/activity',
      headers,
      body: JSON.stringify({ visitId: randomUUID(), customerId: newCustomer(), events: [viewed(1)] }),
    });

    expect([read.status, write.status]).toEqual([200, 403]);
  });
});

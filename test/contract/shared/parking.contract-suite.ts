import type { CaseKind } from '../../../lambdas/shared/case-kind';
import { CaseClosedError, DiscardRefusedError } from '../../../lambdas/shared/parking.errors';
import type { CaseOpening, ParkedMessage, Parking } from '../../../lambdas/shared/parking.port';
import { RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import { evacuatedGate } from '../../unit/shared/two-regions';

const message = (body: string): ParkedMessage => ({ body, attributes: { messageId: `id of ${body}` } });
const why = { reason: 'the producer sent no JSON', by: 'operator-1' };
const bodies = (messages: readonly ParkedMessage[]) => messages.map(({ body }) => body);

/** What every parking promises, whatever it is made of. Groups are new in each test, so a table may be shared. */
export const parkingContract = (
  name: string,
  start: (where?: { readonly gate?: RegionGate; readonly region?: string }) => Promise<Parking>,
): void => {
  describe(name, () => {
    let number = 0;
    const newGroup = () => `order/${(number += 1)}`;
    const opening = (group: string, ...messages: string[]): CaseOpening => ({
      ...{ kind: 'message', group, subject: group, reason: 'AttemptsExhausted', explanation: 'tried 3 times' },
      ...{ redriveFunction: 'consumer:live', messages: messages.map(message) },
    });

    it('finds the open cases among many groups, and only those', async () => {
      const parking = await start();
      const groups = Array.from({ length: 120 }, newGroup);
      const [one = '', other = ''] = [groups[3], groups[119]];
      const ids = [await parking.park(opening(one, 'a')), await parking.park(opening(other, 'b'))];

      const open = await parking.openFor(groups);

      expect([...open].sort()).toEqual(
        [
          [one, ids[0]],
          [other, ids[1]],
        ].sort(),
      );
      expect((await parking.openFor([])).size).toBe(0);
    });

    it('keeps messages in the order in which they came, across openings and appends', async () => {
      const parking = await start();
      const group = newGroup();

      const caseId = await parking.park(opening(group, 'a', 'b'));
      await parking.append(caseId, [message('c'), message('d')]);
      const again = await parking.park(opening(group, 'e'));

      expect(again).toBe(caseId);
      expect(await parking.messages(caseId)).toEqual(
        ['a', 'b', 'c', 'd', 'e'].map((body, index) => ({ ...message(body), number: index + 1 })),
      );
    });

    it('adds a message with a key once while it waits, and again once it was handled', async () => {
      const parking = await start();
      const keyed = (body: string): ParkedMessage => ({ ...message(body), key: `key of ${body}` });
      const group = newGroup();
      const caseId = await parking.park({ ...opening(group), messages: [keyed('a'), keyed('b')] });
      await parking.park({ ...opening(group), messages: [keyed('b'), keyed('c')] });
      await parking.append(caseId, [keyed('a'), keyed('c'), message('d'), message('d')]);
      expect(bodies(await parking.messages(caseId))).toEqual(['a', 'b', 'c', 'd', 'd']);

      await parking.done(caseId, 1);
      await parking.append(caseId, [keyed('b'), keyed('a')]);

      expect(bodies(await parking.messages(caseId))).toEqual(['b', 'c', 'd', 'd', 'a']);
    });

    it('keeps a case for each region that parks a group: none adds to another’s', async () => {
      const [here, there] = [await start(), await start({ region: 'us-east-1' })];
      const group = newGroup();

      const ours = await here.park(opening(group, 'a'));
      expect((await there.openFor([group])).size).toBe(0);
      const theirs = await there.park(opening(group, 'b'));

      expect(theirs).not.toBe(ours);
      expect(bodies(await here.messages(ours))).toEqual(['a']);
      expect(bodies(await there.messages(theirs))).toEqual(['b']);
    });

    it('loses none of the messages that are appended at the same time', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'first'));
      const others = ['a', 'b', 'c', 'd', 'e'];

      await Promise.all(others.map((body) => parking.append(caseId, [message(body)])));

      const messages = await parking.messages(caseId);
      expect(messages.map((one) => one.number)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(bodies(messages).sort()).toEqual([...others, 'first'].sort());
    });

    it('forgets a message that is handled, and is closed when none is left', async () => {
      const parking = await start();
      const group = newGroup();
      const caseId = await parking.park(opening(group, 'a', 'b'));

      await parking.done(caseId, 1);
      expect(bodies(await parking.messages(caseId))).toEqual(['b']);
      expect(await parking.close(caseId, 'redriven')).toBe(false);
      await parking.done(caseId, 2);
      expect(await parking.close(caseId, 'redriven')).toBe(true);

      expect(await parking.messages(caseId)).toEqual([]);
      expect((await parking.openFor([group])).size).toBe(0);
    });

    it('is not closed over a message that was appended meanwhile', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a'));
      await parking.done(caseId, 1);

      await parking.append(caseId, [message('late')]);

      expect(await parking.close(caseId, 'redriven')).toBe(false);
      expect(bodies(await parking.messages(caseId))).toEqual(['late']);
    });

    it('takes no message once it is closed: nothing waits before it any more', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a'));
      await parking.done(caseId, 1);
      await parking.close(caseId, 'redriven');

      await expect(parking.append(caseId, [message('late')])).rejects.toThrow(CaseClosedError);
      expect(await parking.close(caseId, 'redriven')).toBe(true);
    });

    it('refuses to skip a message, or to handle one twice', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a', 'b'));

      await expect(parking.done(caseId, 2)).rejects.toThrow(CaseClosedError);
      await parking.done(caseId, 1);
      await expect(parking.done(caseId, 1)).rejects.toThrow(CaseClosedError);
    });

    it('discards the first message that waits, and the ones behind it move up', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a', 'b', 'c'));
      await parking.done(caseId, 1);

      await parking.discard(caseId, 2, why);

      expect(await parking.messages(caseId)).toEqual([{ ...message('c'), number: 3 }]);
      expect(await parking.close(caseId, 'discarded')).toBe(false);
    });

    it('is closed when the message that was discarded was the last one', async () => {
      const parking = await start();
      const group = newGroup();
      const caseId = await parking.park(opening(group, 'a'));

      await parking.discard(caseId, 1, why);

      expect(await parking.close(caseId, 'discarded')).toBe(true);
      expect((await parking.openFor([group])).size).toBe(0);
    });

    it.each([
      [1, 'message 1 waits no more; the first is message 2'],
      [3, 'message 3 is not the first that waits; the first is message 2'],
    ])('discards no other message than the first that waits: not message %i', async (wrong, explanation) => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a', 'b', 'c'));
      await parking.discard(caseId, 1, why);

      const refused = parking.discard(caseId, wrong, why);

      await expect(refused).rejects.toThrow(new DiscardRefusedError(caseId, explanation));
      expect(bodies(await parking.messages(caseId))).toEqual(['b', 'c']);
    });

    it('discards one message when several ask for it at the same time', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a', 'b', 'c'));

      const asked = await Promise.allSettled(Array.from({ length: 4 }, () => parking.discard(caseId, 1, why)));

      const refused = asked.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
      expect(refused).toEqual(Array.from({ length: 3 }, () => expect.any(DiscardRefusedError)));
      expect(bodies(await parking.messages(caseId))).toEqual(['b', 'c']);
    });

    it('discards the message all the same when others are appended at that time', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a'));

      await Promise.all([parking.append(caseId, [message('b')]), parking.discard(caseId, 1, why)]);

      expect(await parking.messages(caseId)).toEqual([{ ...message('b'), number: 2 }]);
    });

    it('does not let a redrive that read a message before it was discarded pass it as handled', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a', 'b'));

      await parking.discard(caseId, 1, why);

      await expect(parking.done(caseId, 1)).rejects.toThrow(CaseClosedError);
      expect(bodies(await parking.messages(caseId))).toEqual(['b']);
    });

    it.each<[CaseKind, boolean]>([
      ['message', true],
      ['outbox', true],
      ['compensation', false],
      ['step', false],
    ])('a case of kind %s lets a message be discarded: %s', async (kind, allowed) => {
      const parking = await start();
      const caseId = await parking.park({ ...opening(newGroup(), 'a'), kind });

      const discarded = parking.discard(caseId, 1, why);

      if (allowed) await discarded;
      else await expect(discarded).rejects.toThrow('settle it and redrive the case');
      expect(await parking.messages(caseId)).toHaveLength(allowed ? 0 : 1);
    });

    it('discards nothing of a case that is closed, or in which nothing waits', async () => {
      const parking = await start();
      const caseId = await parking.park(opening(newGroup(), 'a'));
      await parking.done(caseId, 1);

      await expect(parking.discard(caseId, 2, why)).rejects.toThrow('no message waits in the case');
      await parking.close(caseId, 'redriven');
      await expect(parking.discard(caseId, 2, why)).rejects.toThrow('the case is closed');
    });

    it('opens again for a group that is parked again, without the messages that were handled', async () => {
      const parking = await start();
      const group = newGroup();
      const caseId = await parking.park(opening(group, 'a'));
      await parking.done(caseId, 1);
      await parking.close(caseId, 'redriven');

      const again = await parking.park(opening(group, 'b'));

      expect(again).toBe(caseId);
      expect(await parking.openFor([group])).toEqual(new Map([[group, caseId]]));
      expect(await parking.messages(caseId)).toEqual([{ ...message('b'), number: 2 }]);
    });

    it('hands out a long case page by page', async () => {
      const parking = await start();
      const all = Array.from({ length: 40 }, (_, index) => String(index));
      const caseId = await parking.park(opening(newGroup(), ...all));

      const handled: string[] = [];
      for (let page = await parking.messages(caseId); page.length > 0; page = await parking.messages(caseId)) {
        for (const { body, number: done } of page) {
          handled.push(body);
          await parking.done(caseId, done);
        }
      }

      expect(handled).toEqual(all);
    });

    it('writes nothing in a region that may not write', async () => {
      const [parking, fenced] = [await start(), await start({ gate: evacuatedGate() })];
      const [group, other] = [newGroup(), newGroup()];
      const caseId = await parking.park(opening(group, 'a'));

      await expect(fenced.park(opening(other, 'b'))).rejects.toThrow(RegionFencedError);
      await expect(fenced.append(caseId, [message('b')])).rejects.toThrow(RegionFencedError);
      await expect(fenced.done(caseId, 1)).rejects.toThrow(RegionFencedError);
      await expect(fenced.close(caseId, 'redriven')).rejects.toThrow(RegionFencedError);

      expect((await parking.openFor([group, other])).size).toBe(1);
      expect(bodies(await parking.messages(caseId))).toEqual(['a']);
    });

    it('knows no case that was never opened', async () => {
      const parking = await start();

      expect(await parking.messages('unknown')).toEqual([]);
      expect(await parking.close('unknown', 'redriven')).toBe(false);
      await expect(parking.append('unknown', [message('a')])).rejects.toThrow(CaseClosedError);
      await expect(parking.discard('unknown', 1, why)).rejects.toThrow('there is no such case');
    });
  });
};

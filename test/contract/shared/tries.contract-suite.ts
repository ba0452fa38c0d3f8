import type { Tries } from '../../../lambdas/shared/tries.port';

/** What every count of tries promises, whatever it is made of. Messages are new in each test, so a table may be shared. */
export const triesContract = (name: string, start: () => Promise<Tries>): void => {
  describe(name, () => {
    let number = 0;
    const newMessage = () => `message-${(number += 1)}`;

    it('answers how many tries of the message began before', async () => {
      const [tries, message] = [await start(), newMessage()];

      expect(await tries.begin(message)).toBe(0);
      expect(await tries.begin(message)).toBe(1);
      expect(await tries.begin(message)).toBe(2);
    });

    it('counts each message apart', async () => {
      const [tries, message] = [await start(), newMessage()];
      await tries.begin(message);

      expect(await tries.begin(newMessage())).toBe(0);
    });

    it('begins anew once a try has ended', async () => {
      const [tries, message] = [await start(), newMessage()];
      await tries.begin(message);
      await tries.begin(message);

      await tries.end(message);

      expect(await tries.begin(message)).toBe(0);
      expect(await tries.begin(message)).toBe(1);
    });

    it('counts tries that begin at the same time', async () => {
      const [tries, message] = [await start(), newMessage()];

      const before = await Promise.all(Array.from({ length: 5 }, () => tries.begin(message)));

      expect(before.sort()).toEqual([0, 1, 2, 3, 4]);
    });
  });
};

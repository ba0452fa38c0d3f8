import type { Probe } from '../../../../local/regions/health/probe-endpoint';
import { shareProbes } from '../../../../local/regions/health/share-probes';

const wanted = (changes: Partial<Probe> = {}): Probe => ({
  ...{ address: '127.0.0.1:1', host: 'api.example.org', path: '/health' },
  ...{ connectMilliseconds: 1, answerMilliseconds: 1 },
  ...changes,
});

const setUp = () => {
  let time = 0;
  const questions: string[] = [];
  const probe = shareProbes(
    async ({ host }) => {
      questions.push(host);
      return time < 1_000;
    },
    500,
    () => time,
  );
  return { probe, questions, wait: (milliseconds: number) => (time += milliseconds) };
};

it('asks once for checkers whose turns come close together', async () => {
  const { probe, questions, wait } = setUp();

  const first = await probe(wanted());
  wait(499);

  expect([first, await probe(wanted())]).toEqual([true, true]);
  expect(questions).toHaveLength(1);
});

it('asks again when the answer is old', async () => {
  const { probe, questions, wait } = setUp();
  await probe(wanted());
  wait(1_000);

  expect(await probe(wanted())).toBe(false);
  expect(questions).toHaveLength(2);
});

it('asks each endpoint by itself', async () => {
  const { probe, questions } = setUp();

  await Promise.all([probe(wanted()), probe(wanted({ host: 'other.example.org' }))]);

  expect(questions).toEqual(['api.example.org', 'other.example.org']);
});

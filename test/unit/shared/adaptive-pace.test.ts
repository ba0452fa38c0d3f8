import { AdaptivePace } from '../../../lambdas/shared/adaptive-pace';
import { virtualTime } from './virtual-time';

const start = (perSecond: number) => {
  const time = virtualTime();
  return { time, pace: new AdaptivePace({ perSecond, ...time }) };
};

const turnsIn = async (
  seconds: number,
  { time, pace }: ReturnType<typeof start>,
  after: () => void,
): Promise<number> => {
  const end = time.clock.now().getTime() + seconds * 1_000;
  let turns = 0;
  for (; time.clock.now().getTime() < end; turns += 1) {
    await pace.turn();
    after();
  }
  return turns;
};

it('spaces turns evenly', async () => {
  const world = start(50);

  expect(await turnsIn(10, world, () => world.pace.wentWell())).toBeCloseTo(500, -1);
});

it('halves its rate when it is throttled, once a burst, and finds back to it', async () => {
  const world = start(64);
  await world.pace.turn();
  for (let throttled = 0; throttled < 8; throttled += 1) world.pace.wasThrottled();
  expect(world.pace.perSecond).toBe(32);

  await world.time.wait(2_000);
  world.pace.wasThrottled();
  expect(world.pace.perSecond).toBe(16);

  await turnsIn(10, world, () => world.pace.wentWell());
  expect(world.pace.perSecond).toBe(64);
});

it('goes on, once a second, however long it is throttled', async () => {
  const world = start(64);

  const turns = await turnsIn(60, world, () => world.pace.wasThrottled());

  expect(world.pace.perSecond).toBe(1);
  expect(turns).toBeGreaterThan(60);
});

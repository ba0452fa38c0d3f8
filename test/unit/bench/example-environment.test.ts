import { entryPoints } from '../../../bench/harness/entry-points';
import { exampleEnvironment } from '../../../bench/harness/example-environment';

describe('example environments', () => {
  test('every function has one, so that its bundle can be loaded', async () => {
    const entries = await entryPoints();
    expect(entries.length).toBeGreaterThan(0);
    // One that needs nothing has an empty one.
    for (const { name } of entries) await expect(exampleEnvironment(name)).resolves.toEqual(expect.any(Object));
  });
});

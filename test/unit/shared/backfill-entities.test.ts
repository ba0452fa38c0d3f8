import * as z from 'zod/mini';
import { FormRefusedError, UnreadableItemError } from '../../../lambdas/shared/backfill.errors';
import type { BackfillProgress, BackfillRequest } from '../../../lambdas/shared/backfill-entities.contract';
import { type BackfillEntitiesDeps, backfillEntities } from '../../../lambdas/shared/backfill-entities.use-case';
import { countForms } from '../../../lambdas/shared/count-forms.use-case';
import { EntitySchema } from '../../../lambdas/shared/entity-schema';
import type { Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryContents, InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import { SchemaHistory } from '../../../lambdas/shared/schema-history';
import { seededRandom } from '../simulation/random';
import { crashingPorts, Killed } from './crashing-ports';
import { InMemoryBackfillCheckpoints } from './in-memory-backfill-checkpoints';
import { InMemoryEntityForms } from './in-memory-entity-forms';
import { type Note, noteOf, notesIn, textOf } from './note-versions';
import { virtualTime } from './virtual-time';

const [here, there] = ['sa-east-1', 'us-east-1'];
const cause = { correlationId: 'c', causationId: 'd' };
const request: BackfillRequest = {
  ...{ kind: 'backfill', run: 'run-1', segment: 0, segments: 1, writesPerSecond: 1_000, seconds: 30 },
};

const start = (howMany: number, changes: Partial<BackfillEntitiesDeps<Note>> = {}) => {
  const time = virtualTime();
  const contents = new InMemoryContents<Note>();
  for (let index = 0; index < howMany; index += 1) {
    // As version 1 stores it.
    const state = { text: `note ${index} is old`, edits: 0 } as unknown as Note;
    contents.entities.set(String(index), { state, version: 1, sequence: 1, homeRegion: here });
  }
  const options = { kind: 'note', context: 'notes', region: here, clock: time.clock };
  const store = new InMemoryEntityStore<Note>(options, contents, notesIn('cutover'));
  const forms = new InMemoryEntityForms(contents, { kind: 'note' });
  const checkpoints = new InMemoryBackfillCheckpoints();
  const errors: unknown[] = [];
  const deps: BackfillEntitiesDeps<Note> = {
    ...{ kind: 'note', region: here, forms, checkpoints, schema: notesIn('cutover'), ...time },
    gate: { assertActive: async () => undefined },
    log: { error: (...line) => errors.push(line) },
    ...changes,
  };
  const run = (changed: Partial<BackfillRequest> = {}) => backfillEntities(deps)({ ...request, ...changed });
  const count = () => countForms({ forms, newest: 2, clock: time.clock, budgetMilliseconds: 60_000 })(undefined);
  const old = async () => (await count()).old;
  return { time, contents, store, forms, checkpoints, deps, run, count, old, errors };
};

const edit = async (store: InMemoryEntityStore<Note>, id: string, text: string): Promise<Stored<Note>> => {
  const basedOn = await store.find(id);
  const edits = (basedOn?.state.edits ?? 0) + 1;
  return store.commit({ id, basedOn, state: noteOf(text, edits), events: [], cause });
};

it('rewrites what is stored in the old form, and nobody but the store can tell', async () => {
  const { run, store, contents, old } = start(3);
  const before = await store.find('1');
  expect(await old()).toEqual({ [here]: 3 });

  const progress = await run();

  expect(progress).toMatchObject({ schemaVersion: 2, seen: 3, changed: 3, foreign: 0, left: 0, done: true });
  expect(contents.entities.get('1')).toEqual({
    ...{ state: { first: 'note', rest: '1 is old', edits: 0 }, schemaVersion: 2 },
    ...{ version: 1, sequence: 1, homeRegion: here },
  });
  expect(await store.find('1')).toEqual({ ...before, schemaVersion: 2 });
  expect(contents.outbox).toEqual([]);
  expect(await old()).toEqual({});
});

it('completes what an upcaster cannot make, and goes on with the next run when that fails', async () => {
  const completed = SchemaHistory.of<Note>('note', z.unknown()).next<Note>({
    schema: z.looseObject({ rest: z.literal('complete') }),
    up: (note) => note,
    down: (note) => note,
    takes: ({ rest }) => rest === 'complete',
  });
  const schema = new EntitySchema(completed, { reads: [1, 2], writes: 2 });
  let failed = false;
  const complete = async (note: Note): Promise<Note> => {
    if (!failed) {
      failed = true;
      throw new Error('the key service does not answer');
    }
    return { ...note, rest: 'complete' };
  };
  const { run, contents, old } = start(2, { schema, complete });

  await expect(run()).rejects.toThrow('the key service does not answer');
  await run({ run: 'run-2' });

  expect(await old()).toEqual({});
  for (const { state, schemaVersion, version } of contents.entities.values())
    expect({ rest: state.rest, schemaVersion, version }).toEqual({ rest: 'complete', schemaVersion: 2, version: 1 });
});

it('lets a change be committed that was decided upon before', async () => {
  const { run, store, old } = start(1);
  const basedOn = await store.find('0');

  await run();
  await store.commit({ id: '0', basedOn, state: noteOf('decided before', 1), events: [], cause });

  expect((await store.find('0'))?.state).toEqual(noteOf('decided before', 1));
  expect(await old()).toEqual({});
});

it('does not write over what was changed since it was read', async () => {
  const world = start(1);
  const { forms, store, contents } = world;
  const page: typeof forms.page = async (segment, after) => {
    const read = await forms.page(segment, after);
    // Written in the old form, by code that is not yet replaced.
    const expanding = new InMemoryEntityStore<Note>(
      { kind: 'note', context: 'notes', region: here, clock: world.time.clock },
      contents,
      notesIn('expand'),
    );
    await edit(expanding, '0', 'changed meanwhile');
    return read;
  };

  const progress = await backfillEntities({ ...world.deps, forms: { ...world.deps.forms, page, ...bound(forms) } })(
    request,
  );

  expect(progress).toMatchObject({ changed: 1, left: 0 });
  expect((await store.find('0'))?.state).toEqual(noteOf('changed meanwhile', 1));
  expect(contents.entities.get('0')?.schemaVersion).toBe(2);
});

const bound = (forms: InMemoryEntityForms<Note>) => ({
  find: (entity: string) => forms.find(entity),
  rewrite: forms.rewrite.bind(forms),
  versions: forms.versions.bind(forms),
});

it('leaves entities of other regions to them, and counts them', async () => {
  const { run, contents, old } = start(2);
  contents.entities.set('0', { ...contents.entities.get('0')!, homeRegion: there });

  expect(await run()).toMatchObject({ seen: 2, changed: 1, foreign: 1, done: true });
  expect(await old()).toEqual({ [there]: 1 });
});

it('leaves entities alone that have no home, names them, and counts them for nobody', async () => {
  const { run, contents, count, errors } = start(13);
  const homeless = (id: string) => {
    const { homeRegion: _none, ...entity } = contents.entities.get(id)!;
    contents.entities.set(id, entity as never);
  };
  for (let id = 1; id < 13; id += 1) homeless(String(id));

  expect(await run()).toMatchObject({ seen: 13, changed: 1, foreign: 0, left: 12, done: true });

  expect(errors).toHaveLength(12);
  expect(errors).toContainEqual(['entity not rewritten', { entity: 'note/7', reason: 'no home region' }]);
  const { old, homeless: counted } = await count();
  expect([old, counted.count]).toEqual([{}, 12]);
  expect(new Set(counted.some).size).toBe(10);
  expect(counted.some.every((entity) => entity.startsWith('note/'))).toBe(true);
});

it('has nothing against an entity without a home that is stored in the newest form', async () => {
  const { run, contents, count } = start(1);
  await run();
  const { homeRegion: _none, ...entity } = contents.entities.get('0')!;
  contents.entities.set('0', entity as never);

  expect(await run({ run: 'run-2' })).toMatchObject({ seen: 1, left: 0 });
  expect(await count()).toMatchObject({ old: {}, homeless: { count: 0, some: [] } });
});

it('stops when its time is over, in the middle of a page, and goes on there', async () => {
  const { run, checkpoints } = start(100);

  const first = await run({ seconds: 3, writesPerSecond: 10 });
  expect(first).toMatchObject({ done: false });
  expect(first.seen).toBeGreaterThan(20);
  expect(first.seen).toBeLessThan(50);
  const last = await run();

  expect(last).toMatchObject({ seen: 100, changed: 100, done: true });
  expect(checkpoints.saved.get(0)?.cursor).toBeUndefined();
  expect(await run()).toEqual(last);
});

it('begins anew under another name', async () => {
  const { run } = start(5);
  await run();

  expect(await run({ run: 'run-2' })).toMatchObject({ run: 'run-2', seen: 5, changed: 0, done: true });
});

it('keeps to the rate that it is given, and to less when the table throttles', async () => {
  const world = start(100);
  const begun = world.time.clock.now().getTime();
  await world.run({ writesPerSecond: 20 });
  expect((world.time.clock.now().getTime() - begun) / 1_000).toBeCloseTo(5, 0);

  const throttled = start(100);
  let calls = 0;
  const rewrite: typeof throttled.forms.rewrite = async (known, form) =>
    (calls += 1) % 3 === 0 ? 'throttled' : throttled.forms.rewrite(known, form);
  const forms = { ...bound(throttled.forms), page: throttled.forms.page.bind(throttled.forms), rewrite };
  const progress = await backfillEntities({ ...throttled.deps, forms })({ ...request, writesPerSecond: 20 });

  expect(progress).toMatchObject({ changed: 100, left: 0, done: true });
  expect((throttled.time.clock.now().getTime() - begun) / 1_000).toBeGreaterThan(7);
});

it('counts an entity that nobody can read, names it, and goes on with the others', async () => {
  const { run, contents, errors, old } = start(3);
  contents.entities.set('1', { ...contents.entities.get('1')!, state: { edits: 'a secret' } as unknown as Note });

  expect(await run()).toMatchObject({ seen: 3, changed: 2, left: 1, done: true });

  expect(errors).toEqual([['entity not rewritten', expect.objectContaining({ entity: 'note/1' })]]);
  expect(await old()).toEqual({ [here]: 1 });
});

it('counts an item that no store has written, for its home or for nobody, and goes on with the others', async () => {
  const world = start(3);
  const unreadable = (entity: string) => new UnreadableItemError(entity, 'version: expected number');
  const broken = (id: string, homeRegion?: string) => ({
    ...{ entity: `note/${id}`, unreadable: unreadable(`note/${id}`), ...(homeRegion !== undefined && { homeRegion }) },
  });
  const beside = [broken('a', here), broken('b', there), broken('c')];
  const forms: typeof world.deps.forms = {
    ...bound(world.forms),
    page: async (segment, after) => {
      const { items } = await world.forms.page(segment, after);
      return { items: [...beside, ...items] };
    },
    versions: async () => ({ items: [...beside, ...(await world.forms.versions(undefined)).items] }),
  };

  const progress = await backfillEntities({ ...world.deps, forms })(request);

  expect(progress).toMatchObject({ seen: 6, changed: 3, foreign: 1, left: 2, done: true });
  expect(world.errors).toEqual(
    ['note/a', 'note/c'].map((entity) => ['entity not rewritten', { entity, error: unreadable(entity) }]),
  );
  expect(
    await countForms({ forms, newest: 2, clock: world.time.clock, budgetMilliseconds: 60_000 })(undefined),
  ).toEqual({ entities: 6, old: { [here]: 1, [there]: 1 }, homeless: { count: 1, some: ['note/c'] } });
});

it('counts an entity that its upcaster fails on, and goes on with the others', async () => {
  const history = SchemaHistory.of<{ readonly text: string }>('note', z.looseObject({})).next<Note>({
    schema: z.looseObject({}),
    up: ({ text }) => noteOf(text.trim(), 0),
    down: (note) => ({ text: textOf(note) }),
  });
  const { run, contents, errors } = start(3, { schema: new EntitySchema(history, { reads: [1, 2], writes: 2 }) });
  contents.entities.set('1', { ...contents.entities.get('1')!, state: {} as unknown as Note });

  expect(await run()).toMatchObject({ seen: 3, changed: 2, left: 1, done: true });

  expect(errors).toEqual([['entity not rewritten', { entity: 'note/1', error: expect.any(TypeError) }]]);
});

it('counts an entity whose new form the table refuses, and stops when the table itself fails', async () => {
  const world = start(3);
  const failing = (failure: Error) => {
    const rewrite: typeof world.forms.rewrite = async (known, form) => {
      if (known.entity === 'note/1') throw failure;
      return world.forms.rewrite(known, form);
    };
    const forms = { ...bound(world.forms), page: world.forms.page.bind(world.forms), rewrite };
    return backfillEntities({ ...world.deps, forms });
  };
  const refused = new FormRefusedError('note/1', new Error('item too large'));

  await expect(failing(new Error('no such table'))(request)).rejects.toThrow('no such table');
  expect(await failing(refused)(request)).toMatchObject({ seen: 3, left: 1, done: true });
  expect(world.errors).toEqual([['entity not rewritten', { entity: 'note/1', error: refused }]]);
});

it('is refused while the function writes the old form', async () => {
  const { run, old } = start(1, { schema: notesIn('expand') });

  await expect(run()).rejects.toThrow('this function does not write version 2 of note yet; expected the phase cutover');
  expect(await old()).toEqual({ [here]: 1 });
});

it('is refused while the region may not write, and rewrites nothing', async () => {
  const fenced = new RegionFencedError(here, { kind: 'fenced', successor: there, epoch: 1 });
  const { run, old } = start(1, { gate: { assertActive: () => Promise.reject(fenced) } });

  await expect(run()).rejects.toThrow(fenced);
  expect(await old()).toEqual({ [here]: 1 });
});

it('rewrites nothing that it has waited for and may not write any more', async () => {
  const fenced = new RegionFencedError(here, { kind: 'fenced', successor: there, epoch: 1 });
  let asked = 0;
  // The region may still write when the page is read, and when the first of it is rewritten.
  const assertActive = async (): Promise<void> => {
    asked += 1;
    if (asked > 2) throw fenced;
  };
  const { run, old } = start(8, { gate: { assertActive } });

  await expect(run()).rejects.toThrow(fenced);
  expect(await old()).toEqual({ [here]: 7 });
});

it('stops when somebody else works on the same part', async () => {
  const { run, checkpoints, forms, deps } = start(10);
  const page: typeof forms.page = async (segment, after) => {
    await run();
    return forms.page(segment, after);
  };

  const late = backfillEntities({ ...deps, forms: { ...bound(forms), page } })(request);

  await expect(late).rejects.toThrow('segment 0 of the backfill is worked on by somebody else at the same time');
  expect(checkpoints.saved.get(0)).toMatchObject({ seen: 10, done: true });
});

test('100,000 entities survive kills and concurrent writes: each is rewritten, and no write is lost', async () => {
  const [count, segments, seed] = [100_000, 4, 20_261_126];
  const world = start(count);
  const { store, contents, old, deps } = world;
  const random = seededRandom(seed);
  const written = new Map<string, string>();
  let [kills, edits] = [0, 0];

  const meanwhile = async (): Promise<void> => {
    if (random() > 0.01) return;
    const id = String(Math.floor(random() * count));
    edits += 1;
    const text = `edit ${edits} of it`;
    await edit(store, id, text);
    written.set(id, text);
  };
  const untilDone = async (segment: number): Promise<BackfillProgress> => {
    for (let lives = 1; ; lives += 1) {
      // Each life is shorter than the part needs, but for the last.
      const { around } = crashingPorts(
        lives > 8 ? Number.POSITIVE_INFINITY : 500 + Math.floor(random() * 2_500),
        meanwhile,
      );
      const process = backfillEntities({ ...deps, forms: around(deps.forms), checkpoints: around(deps.checkpoints) });
      try {
        const progress = await process({ ...request, segment, segments, writesPerSecond: 1_000, seconds: 30 });
        if (progress.done) return progress;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        kills += 1;
      }
    }
  };

  const parts = await Promise.all(Array.from({ length: segments }, (_, segment) => untilDone(segment)));

  expect(kills).toBeGreaterThanOrEqual(10);
  expect(written.size).toBeGreaterThan(500);
  expect(parts.reduce((seen, part) => seen + part.seen, 0)).toBe(count);
  expect(parts.every(({ left, foreign }) => left + foreign === 0)).toBe(true);
  expect(await old()).toEqual({});
  let wrong = 0;
  for (const [id, { version, schemaVersion }] of contents.entities) {
    const text = textOf((await store.find(id))!.state);
    const expected = written.get(id) ?? `note ${id} is old`;
    if (text !== expected || schemaVersion !== 2 || (!written.has(id) && version !== 1)) wrong += 1;
  }
  expect(wrong).toBe(0);
});

import fc from 'fast-check';
import { backfillEntities } from '../../../lambdas/shared/backfill-entities.use-case';
import { countForms } from '../../../lambdas/shared/count-forms.use-case';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { EntityStore, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryContents, InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { type SchemaPhase, schemaPhases, schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import { type SchemaUse } from '../../../lambdas/shared/schema-use.contract';
import { refusalsOf, type ServedRegion } from '../../../local/operator/migration-safety';
import { crashingPorts, Killed } from './crashing-ports';
import { InMemoryBackfillCheckpoints } from './in-memory-backfill-checkpoints';
import { InMemoryEntityForms } from './in-memory-entity-forms';
import { type Note, type NoteV1, noteOf, notesIn, oldNotesOnly, textOf } from './note-versions';
import { virtualTime } from './virtual-time';

/** A deployed version of the code. `before` knows version 1 only. */
type Code = SchemaPhase | 'before';
const [home, kind] = ['sa-east-1', 'note'];
const regions = [home, 'us-east-1'] as const;
type Region = (typeof regions)[number];
const allIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const cause = { correlationId: 'c', causationId: 'd' };
const useOf = (code: Code): SchemaUse => (code === 'before' ? { reads: [1], writes: 1 } : schemaUseIn(code, 2));

/** A store as a version of the code has it, by texts. */
class Writer {
  constructor(
    readonly code: Code,
    private readonly store: EntityStore<NoteV1 | Note>,
  ) {}

  find(id: string): Promise<Stored<NoteV1 | Note> | undefined> {
    return this.store.find(id);
  }

  write(id: string, basedOn: Stored<NoteV1 | Note> | undefined, text: string): Promise<unknown> {
    const edits = (basedOn?.state.edits ?? 0) + 1;
    const state = this.code === 'before' ? { text, edits } : noteOf(text, edits);
    return this.store.commit({ id, basedOn, state, events: [], cause });
  }
}

/** A decision that was made and is not committed yet. */
interface Pending {
  readonly writer: Writer;
  readonly id: string;
  readonly basedOn: Stored<NoteV1 | Note> | undefined;
}

/**
 * A stage in the middle of its change: what is stored, what is served, what is under way. Its regions see the same at every moment, and every
 * entity has the same home: who may write what is not what is asked here.
 */
class World {
  readonly contents = new InMemoryContents<NoteV1 | Note>();
  readonly time = virtualTime();
  readonly forms = new InMemoryEntityForms(this.contents, { kind, pageSize: 3 });
  readonly checkpoints = new InMemoryBackfillCheckpoints();
  /** What was last committed, by id. */
  readonly truth = new Map<string, string>();
  /** By region one version, or two while a deployment shifts traffic. */
  readonly served: Map<Region, readonly Code[]>;
  private readonly own = { region: home, forms: this.forms, clock: this.time.clock };
  private pending: Pending[] = [];
  private writes = 0;
  private runs = 1;

  private constructor(begin: Code) {
    this.served = new Map(regions.map((region) => [region, [begin]]));
  }

  /** A stage that has come as far as a phase, with entities in the form that was before it. */
  static async at(begin: Code): Promise<World> {
    const world = new World(begin);
    for (const id of allIds) {
      await world.writer('before').write(id, undefined, 'as it was');
      world.truth.set(id, 'as it was');
    }
    return world;
  }

  private writer(code: Code): Writer {
    const options = { kind, context: 'notes', region: home, clock: this.time.clock };
    const schema = code === 'before' ? oldNotesOnly() : notesIn(code);
    // Each code has its own idea of what a note is; the contents hold both forms.
    const store = new InMemoryEntityStore<Note>(options, this.contents as never, schema as never);
    return new Writer(code, store);
  }

  private serving(): readonly ServedRegion[] {
    return [...this.served].map(([region, codes]) => ({
      region,
      deploying: codes.length > 1,
      versions: codes.map((code) => ({ functionName: code, version: '1', ...useOf(code) })),
    }));
  }

  private isServed(code: Code): boolean {
    return [...this.served.values()].flat().includes(code);
  }

  /** An operator tries to deploy a phase in a region: the tool lets them or does not. */
  async deploy(region: Region, asked: SchemaPhase | 'onwards'): Promise<void> {
    const [current, ...shifting] = this.served.get(region) ?? [];
    const onwards = schemaPhases[schemaPhases.findIndex((phase) => phase === current) + 1];
    const next = asked === 'onwards' ? onwards : asked;
    if (next === undefined || shifting.length > 0 || current === undefined || current === next) return;
    // The longest invocation of what was served before is over by the time that anybody comes to the last step.
    if (next === 'contract')
      for (const one of this.pending.filter(({ writer }) => !this.isServed(writer.code))) await this.finish(one);
    const count = countForms({ ...this.own, newest: 2, budgetMilliseconds: 1 });
    const left = [{ region, ...(await count(undefined)) }];
    if (refusalsOf(next, 2, this.serving(), left).length === 0) this.served.set(region, [current, next]);
  }

  endDeploy(region: Region, how: 'promote' | 'roll back'): void {
    const [current, next] = this.served.get(region) ?? [];
    if (current !== undefined && next !== undefined) this.served.set(region, [how === 'promote' ? next : current]);
  }

  async decide(id: string, region: Region, by: number): Promise<void> {
    const codes = this.served.get(region) ?? [];
    const code = codes[by % codes.length];
    if (code === undefined) return;
    const writer = this.writer(code);
    this.pending.push({ writer, id, basedOn: await writer.find(id) });
  }

  async commit(which: number): Promise<void> {
    const one = this.pending[which % this.pending.length];
    if (one !== undefined) await this.finish(one);
  }

  private async finish(one: Pending): Promise<void> {
    this.pending = this.pending.filter((other) => other !== one);
    const text = `text number ${(this.writes += 1)}`;
    try {
      await one.writer.write(one.id, one.basedOn, text);
      this.truth.set(one.id, text);
    } catch (error) {
      if (!(error instanceof StaleEntityError)) throw error;
    }
  }

  /** One invocation of the backfill, if the tool lets it run: killed at a call, with commits of others in between. */
  async backfill(killAt: number, commits: readonly number[], anew: boolean): Promise<void> {
    if (refusalsOf('backfill', 2, this.serving()).length > 0) return;
    if (anew) this.runs += 1;
    const others = [...commits];
    const { around } = crashingPorts(killAt, async () => {
      const which = others.shift();
      if (which !== undefined) await this.commit(which);
    });
    const work = backfillEntities<Note>({
      ...{
        kind,
        ...this.own,
        schema: notesIn('cutover'),
        wait: this.time.wait,
        gate: { assertActive: async () => undefined },
      },
      ...{ forms: around(this.forms), checkpoints: around(this.checkpoints), log: { error: fail } },
    });
    const part = { segment: 0, segments: 1, writesPerSecond: 1_000, seconds: 0 };
    try {
      await work({ kind: 'backfill', run: `run-${this.runs}`, ...part });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  /** What a served version reads otherwise than it was committed last; there must be none. */
  async wrong(): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const code of new Set([...this.served.values()].flat()))
      for (const [id, text] of this.truth) {
        const stored = await this.writer(code).find(id);
        const read = stored && textOf(stored.state);
        if (read !== text) wrong.push(`${code} reads ${id} as ${read}, expected ${text}`);
      }
    return wrong;
  }
}

const fail = (...line: unknown[]): never => {
  throw new Error(`logged: ${JSON.stringify(line)}`);
};

const begins = fc.constantFrom<Code>('before', 'expand', 'cutover');
const inRegion = fc.constantFrom(...regions);
const ids = fc.constantFrom(...allIds, 'new one', 'another');
const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('deploy' as const),
      region: inRegion,
      next: fc.constantFrom(...schemaPhases),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      region: inRegion,
      how: fc.constantFrom('promote' as const, 'promote' as const, 'promote' as const, 'roll back' as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('decide' as const), id: ids, region: inRegion, by: fc.nat(1) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('commit' as const), which: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('backfill' as const),
      killAt: fc.integer({ min: 1, max: 30 }),
      commits: fc.array(fc.nat(5), { maxLength: 6 }),
      anew: fc.constantFrom(false, false, false, true),
    }),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const take = async (world: World, step: Step): Promise<void> => {
  switch (step.do) {
    case 'deploy':
      return world.deploy(step.region, step.next);
    case 'end': {
      world.endDeploy(step.region, step.how);
      return;
    }
    case 'decide':
      return world.decide(step.id, step.region, step.by);
    case 'commit':
      return world.commit(step.which);
    case 'backfill':
      return world.backfill(step.killAt, step.commits, step.anew);
  }
};

test('every served version reads every entity at every moment, and no committed write is lost', async () => {
  const reached = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(begins, fc.array(steps, { minLength: 40, maxLength: 120, size: 'max' }), async (begin, taken) => {
      const world = await World.at(begin);
      for (const step of taken) {
        await take(world, step);
        expect(await world.wrong()).toEqual([]);
      }
      for (const code of [...world.served.values()].flat()) reached.set(code, (reached.get(code) ?? 0) + 1);
    }),
    { numRuns: 400 },
  );
  // The runs mean something: they come to the last phase, and not always.
  for (const code of ['expand', 'cutover', 'contract']) expect(reached.get(code)).toBeGreaterThan(10);
});

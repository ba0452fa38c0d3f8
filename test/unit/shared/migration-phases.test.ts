import fc from 'fast-check';
import { backfillEntities } from '../../../lambdas/shared/backfill-entities.use-case';
import { countForms } from '../../../lambdas/shared/count-forms.use-case';
import { StaleEntityError } from '../../../lambdas/shared/entity-store.errors';
import type { EntityStore, Stored } from '../../../lambdas/shared/entity-store.port';
import { InMemoryContents, InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { type SchemaPhase, type SchemaUse, schemaUseIn } from '../../../lambdas/shared/schema-use.contract';
import { refusalsOf } from '../../../local/operator/migration-safety';
import { crashingPorts, Killed } from './crashing-ports';
import { InMemoryBackfillCheckpoints } from './in-memory-backfill-checkpoints';
import { InMemoryEntityForms } from './in-memory-entity-forms';
import { type Note, type NoteV1, noteOf, notesIn, oldNotesOnly, textOf } from './note-versions';
import { virtualTime } from './virtual-time';

/** A deployed version of the code. `before` knows version 1 only. */
type Code = SchemaPhase | 'before';
const order: readonly Code[] = ['before', 'expand', 'cutover', 'contract'];

const [region, kind] = ['sa-east-1', 'note'];
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

/** A stage in the middle of its change: what is stored, what is served, what is under way. */
class World {
  readonly contents = new InMemoryContents<NoteV1 | Note>();
  readonly time = virtualTime();
  readonly forms = new InMemoryEntityForms(this.contents, { kind, pageSize: 3 });
  readonly checkpoints = new InMemoryBackfillCheckpoints();
  /** What was last committed, by id. */
  readonly truth = new Map<string, string>();
  /** One version, or two while a deployment shifts traffic. */
  served: readonly Code[] = ['before'];
  private pending: Pending[] = [];
  private writes = 0;
  private runs = 1;

  private writer(code: Code): Writer {
    const options = { kind, context: 'notes', region, clock: this.time.clock };
    const schema = code === 'before' ? oldNotesOnly() : notesIn(code);
    // Each code has its own idea of what a note is; the contents hold both forms.
    const store = new InMemoryEntityStore<Note>(options, this.contents as never, schema as never);
    return new Writer(code, store);
  }

  private async refusals(next: Code): Promise<readonly string[]> {
    if (next === 'before' || next === 'expand') return [];
    const versions = this.served.map((code) => ({ functionName: code, version: '1', ...useOf(code) }));
    const count = countForms({ region, forms: this.forms, newest: 2, clock: this.time.clock, budgetMilliseconds: 1 });
    const left = next === 'contract' ? [{ region, old: (await count(undefined)).old }] : [];
    return refusalsOf(next, 2, [{ region, deploying: this.served.length > 1, versions }], left);
  }

  /** An operator tries to deploy the next phase: the tool lets them or does not. */
  async deploy(): Promise<void> {
    const [current, ...shifting] = this.served;
    const next = order[order.indexOf(current ?? 'before') + 1];
    if (shifting.length > 0 || next === undefined || current === undefined) return;
    // The longest invocation of what was served before is over by the time that anybody comes to the last step.
    if (next === 'contract') await this.finishRetired();
    if ((await this.refusals(next)).length === 0) this.served = [current, next];
  }

  endDeploy(how: 'promote' | 'roll back'): void {
    const [current, next] = this.served;
    if (current === undefined || next === undefined) return;
    this.served = [how === 'promote' ? next : current];
  }

  private async finishRetired(): Promise<void> {
    for (const one of this.pending.filter(({ writer }) => !this.served.includes(writer.code))) await this.finish(one);
  }

  async decide(id: string, by: number): Promise<void> {
    const code = this.served[by % this.served.length];
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
    const versions = this.served.map((code) => ({ functionName: code, version: '1', ...useOf(code) }));
    if (refusalsOf('backfill', 2, [{ region, deploying: this.served.length > 1, versions }]).length > 0) return;
    if (anew) this.runs += 1;
    const others = [...commits];
    const { around } = crashingPorts(killAt, async () => {
      const which = others.shift();
      if (which !== undefined) await this.commit(which);
    });
    const work = backfillEntities<Note>({
      ...{ kind, region, schema: notesIn('cutover'), ...this.time, gate: { assertActive: async () => undefined } },
      ...{ forms: around(this.forms), checkpoints: around(this.checkpoints), log: { error: fail } },
    });
    const part = { segment: 0, segments: 1, writesPerSecond: 1_000, seconds: 0 };
    try {
      await work({ kind: 'backfill', run: `run-${this.runs}`, ...part });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  /** Every served version reads every entity, and reads what was committed last. */
  async check(): Promise<void> {
    for (const code of this.served)
      for (const [id, text] of this.truth) {
        const stored = await this.writer(code).find(id);
        expect({ code, id, text: stored && textOf(stored.state) }).toEqual({ code, id, text });
      }
  }
}

const fail = (...line: unknown[]): never => {
  throw new Error(`logged: ${JSON.stringify(line)}`);
};

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deploy' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      how: fc.constantFrom('promote' as const, 'promote' as const, 'roll back' as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('decide' as const), id: ids, by: fc.nat(1) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('commit' as const), which: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('backfill' as const),
      killAt: fc.integer({ min: 1, max: 14 }),
      commits: fc.array(fc.nat(5), { maxLength: 6 }),
      anew: fc.boolean(),
    }),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const take = async (world: World, step: Step): Promise<void> => {
  switch (step.do) {
    case 'deploy':
      return world.deploy();
    case 'end':
      { world.endDeploy(step.how); return; }
    case 'decide':
      return world.decide(step.id, step.by);
    case 'commit':
      return world.commit(step.which);
    case 'backfill':
      return world.backfill(step.killAt, step.commits, step.anew);
  }
};

test('every served version reads every entity at every moment, and no committed write is lost', async () => {
  const reached = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 120, size: 'max' }), async (taken) => {
      const world = new World();
      for (const step of taken) {
        await take(world, step);
        await world.check();
      }
      const end = world.served.at(-1) ?? 'before';
      reached.set(end, (reached.get(end) ?? 0) + 1);
    }),
    { numRuns: 1_000 },
  );
  // The runs mean something: they come to the last phase, and not always.
  for (const code of ['expand', 'cutover', 'contract']) expect(reached.get(code)).toBeGreaterThan(20);
});

import * as z from 'zod/mini';
import { fieldIssues } from './issue-text';
import { SchemaHistoryError, UnreadableStateError } from './schema-history.errors';

/**
 * A version of the form in which states of a kind are stored, and the way between it and the version before. "Upcaster" is event sourcing's
 * word for the way up (Young, "Versioning in an Event Sourced System", 2017).
 */
export interface SchemaVersion<Before, State> {
  /** Checks what is stored. Name at least what differs from the version before; what is not named passes unchecked. */
  readonly schema: z.core.$ZodType;
  /** The upcaster. Takes every state of the version before. */
  readonly up: (before: Before) => State;
  /** The downcaster, used while the version before is still written: `down(up(x))` is `x`, or what code writes then is lost. */
  readonly down: (state: State) => Before;
  /**
   * Whether a state can be stored in this version, while it is the newest; one that cannot is stored in the version before. For a version that `up` alone does not
   * reach, because what it takes is no function of the state; a backfill does the rest. @default every state can
   */
  readonly takes?: (state: State) => boolean;
}

type Step = SchemaVersion<unknown, unknown>;

const assertWhole = (kind: string, version: number, { schema, up, down }: Partial<Step>): void => {
  const lacking = Object.entries({ schema, up, down }).flatMap(([name, part]) => (part === undefined ? [name] : []));
  if (lacking.length === 0) return;
  throw new SchemaHistoryError(
    `version ${version} of ${kind} has no ${lacking.join(' and no ')}; expected a schema, an upcaster "up" from version ${version - 1} ` +
      `and a downcaster "down" to it, because code that reads version ${version - 1} only is still served while the new code is deployed`,
  );
};

/**
 * The versions of the form in which entities of a kind are stored, 1, 2, 3 …; code works with the newest one only.
 *
 * @example
 * const history = SchemaHistory.of<OrderV1>('order', orderV1).next<Order>({ schema: orderV2, up: split, down: join });
 */
export class SchemaHistory<State> {
  private constructor(
    /** Whose states they are, for example `order`. */
    readonly kind: string,
    private readonly first: z.core.$ZodType,
    private readonly steps: readonly Step[],
  ) {}

  /** A kind with one version so far. */
  static of<State>(kind: string, schema: z.core.$ZodType): SchemaHistory<State> {
    return new SchemaHistory(kind, schema, []);
  }

  /**
   * The history with one more version.
   * @throws SchemaHistoryError the version lacks its schema, its upcaster or its downcaster
   */
  next<Next>(version: SchemaVersion<State, Next>): SchemaHistory<Next> {
    // Each step is given what the one before it makes, as this signature demands; a list of steps cannot say so.
    const step = version as unknown as Step;
    assertWhole(this.kind, this.newest + 1, step);
    return new SchemaHistory<Next>(this.kind, this.first, [...this.steps, step]);
  }

  /** Number of the newest version: the one that code works with. */
  get newest(): number {
    return this.steps.length + 1;
  }

  /**
   * Makes the newest version of what is stored in version `from`.
   * @throws UnreadableStateError it does not fit that version
   */
  up(entity: string, stored: unknown, from: number): State {
    const parsed = z.safeParse(this.steps[from - 2]?.schema ?? this.first, stored);
    if (!parsed.success) {
      const faults = fieldIssues(parsed.error, ['state']).map(
        ({ field, expected }) => `${field}: expected ${expected}`,
      );
      throw new UnreadableStateError(entity, from, faults.join('; '));
    }
    // As it is stored, and not as it was parsed: what the schema does not name stays.
    return this.steps.slice(from - 1).reduce((state, { up }) => up(state), stored) as State;
  }

  /** The newest version, `atMost` or before, that takes a state. */
  newestFor(state: State, atMost: number): number {
    const isRefused = atMost === this.newest && this.steps.at(-1)?.takes?.(state) === false;
    return isRefused ? atMost - 1 : atMost;
  }

  /** Makes version `to` of a state. */
  down(state: State, to: number): unknown {
    return this.steps.slice(to - 1).reduceRight<unknown>((newer, { down }) => down(newer), state);
  }
}

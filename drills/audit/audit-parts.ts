import type { DrillRun } from '../harness/drill';

const parts = ['records', 'outages', 'attacks', 'tampering', 'lock', 'times', 'erasure'] as const;

/** What a run consists of. `records`: usual accesses while workers die. `outages`: the same while nobody chains, and while nobody watches. */
export type AuditPart = (typeof parts)[number];

/** What the loss of a protection shows in: more would take longer and prove no more. */
const partsWithout: Readonly<Record<string, readonly AuditPart[]>> = {
  'write-ahead': ['records'],
  'chain-link': ['tampering'],
  seal: ['tampering'],
  baseline: ['attacks'],
  'key-destruction': ['erasure'],
};

/** The parts of a run. */
export const partsOf = ({ sabotage, size }: Pick<DrillRun, 'sabotage' | 'size'>): readonly AuditPart[] =>
  partsWithout[sabotage ?? ''] ?? parts.filter((part) => part !== 'times' || size === 'full');

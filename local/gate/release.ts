import type { EventContract } from '../../lambdas/shared/event-contract';
import type { FlagUse } from '../../lambdas/shared/flag-use.contract';
import type { SchemaPhase } from '../../lambdas/shared/schema-phase.contract';
import type { StoredForms } from '../../lambdas/shared/stored-forms';
import type { FlagsFile } from '../../lib/app/flags-file';
import type { StageName } from '../../lib/app/stage-config';
import type { OldForms, ServedRegion } from '../operator/migration-safety';
import type { OpenApiDocument } from './openapi-document';

/** Something about a release, or why nothing is known of it. */
export type Known<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly because: string };

/** Something that is known. */
export const known = <Value>(value: Value): Known<Value> => ({ known: true, value });
/** Something of which nothing is known. */
export const notKnown = (because: string): Known<never> => ({ known: false, because });

/** An event's contract. */
export interface PublishedEvent {
  readonly contract: EventContract<unknown>;
  /** Whether any function names it: a contract that none names is on its way out. */
  readonly isUsed: boolean;
}

/** What one revision of the code demands of what is around it; a revision may be too old to say so. */
export interface Revision {
  /** For people: `the working tree`, `v1.2.0 (843b59f)`. */
  readonly name: string;
  readonly flagUses: Known<readonly FlagUse[]>;
  readonly api: Known<OpenApiDocument>;
  readonly events: Known<readonly PublishedEvent[]>;
  readonly forms: Known<readonly StoredForms<unknown>[]>;
}

/** The name of an event or a command as code has it in a text of its own. */
export interface WrittenName {
  readonly name: string;
  readonly file: string;
  /** Whether the code defines a command of that name there. */
  readonly isCommand: boolean;
}

/** The revision that is to be released, with all that it brings along. What it consists of is known, or it is not released. */
export interface Candidate {
  readonly name: string;
  readonly flagUses: readonly FlagUse[];
  readonly api: OpenApiDocument;
  readonly events: readonly PublishedEvent[];
  /** Code refuses to load a form without a way back. */
  readonly forms: Known<readonly StoredForms<unknown>[]>;
  readonly flags: FlagsFile;
  /** Functions that answer HTTP, `<context>/<verb-noun>`. */
  readonly httpFunctions: readonly string[];
  /** Operations that probes were generated for. */
  readonly probedOperations: readonly string[];
  /** Generated files that are not what their contracts say. */
  readonly staleFiles: readonly string[];
  readonly writtenNames: readonly WrittenName[];
}

/** Where a stage stands in the change of one kind's stored form, and where the release takes it. */
export interface StagePhase {
  readonly stage: StageName;
  readonly kind: string;
  readonly phase: SchemaPhase;
  /** What is served now, by region. */
  readonly served: Known<readonly ServedRegion[]>;
  /** What is stored in old forms; looked at only when the release gives one up. */
  readonly left: readonly OldForms[];
}

/** A release, and what it meets. */
export interface Release {
  readonly candidate: Candidate;
  /** The code that answers while the candidate is rolled out, and to which a rollback goes. */
  readonly served: Known<Revision>;
  readonly phases: readonly StagePhase[];
}

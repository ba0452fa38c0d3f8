import type { StoredForms } from '../../lambdas/shared/stored-forms';
import type { Finding } from './check';

/** An entity as code works with it, read from some stored version. */
export interface StoredEntity {
  readonly forms: StoredForms<unknown>;
  readonly version: number;
  readonly entity: unknown;
}

/** Every example that can be read; one that cannot is a misfit of code and schema. */
export const storedEntities = (all: readonly StoredForms<unknown>[]): readonly StoredEntity[] =>
  all.flatMap((forms) =>
    forms.examples.flatMap(({ version, state }) => {
      try {
        return [{ forms, version, entity: forms.history.up(`${forms.kind}/example`, state, version) }];
      } catch {
        // Told by the check of the forms themselves.
        return [];
      }
    }),
  );

/** Each finding once: several examples of a version may have the same fault. */
export const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [finding.what, finding])).values(),
];

import type { CaseKind } from '../../lambdas/shared/case-kind';
import type { ParkedCase } from './parked-case';

/** Which of the open cases are meant; what is left out does not matter. */
export interface CaseFilter {
  /** Name of a consumer as `cases list` shows it, for example `payments.charge`. */
  readonly consumer?: string;
  readonly kind?: CaseKind;
}

/** Whether a case is meant. */
export const matchesFilter = (one: ParkedCase, { consumer, kind }: CaseFilter): boolean =>
  (consumer === undefined || one.consumer === consumer) && (kind === undefined || one.kind === kind);

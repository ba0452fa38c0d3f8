import type { ApiEvent } from '../shared/api-event';

/** What became of one request to one version. */
export type VersionAnswer =
  | { readonly kind: 'answered'; readonly payload: unknown; readonly milliseconds: number }
  /** It threw, ran out of time, or could not be invoked. */
  | { readonly kind: 'failed'; readonly why: string; readonly milliseconds: number };

/** Published versions of a function, each by itself and whatever its alias says. */
export interface FunctionVersions {
  ask(functionName: string, version: string, event: ApiEvent): Promise<VersionAnswer>;
}

import * as z from 'zod/mini';
import { awsRegionEnv } from '../shared/read-env';
import { stageRegionsEnv } from '../shared/stage-env';
import { type SwitchAction, switchActions } from './region-switch';

/** Environment of switch-region. */
export const switchRegionEnv = z.object({
  ...awsRegionEnv,
  ...stageRegionsEnv,
  ACTION: z.enum(switchActions),
  /** A table with the records about regions: ordering's. */
  RECORDS_TABLE: z.string().check(z.minLength(3)),
  /** The state machine that carries it out, here or in the other region. */
  WORKFLOW_ARN: z.string().check(z.startsWith('arn:')),
});
/** What switch-region is deployed with: every value is text. */
export type SwitchRegionEnv = z.input<typeof switchRegionEnv>;

/** What switch-region answers when it is done. */
export interface SwitchedRegionAnswer {
  /** The region that is evacuated, or let back in. */
  readonly region: string;
  readonly action: SwitchAction;
}

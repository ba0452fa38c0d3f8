import * as z from 'zod/mini';
import { judgeArnEnv } from './hook-call.contract';

/** Environment of require-verdict. */
export const requireVerdictEnv = z.object(judgeArnEnv);
/** What require-verdict is deployed with: every value is text. */
export type RequireVerdictEnv = z.input<typeof requireVerdictEnv>;

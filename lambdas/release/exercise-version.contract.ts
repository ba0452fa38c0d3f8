import * as z from 'zod/mini';
import { judgeArnEnv } from './hook-call.contract';

/** Environment of exercise-version. */
export const exerciseVersionEnv = z.object(judgeArnEnv);
/** What exercise-version is deployed with: every value is text. */
export type ExerciseVersionEnv = z.input<typeof exerciseVersionEnv>;

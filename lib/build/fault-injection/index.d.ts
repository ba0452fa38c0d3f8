import type { Context } from 'aws-lambda';

/** The bundle of the wrapped function. */
export declare const handler: (event: unknown, context: Context) => Promise<unknown>;

import { Logger } from '@aws-lambda-powertools/logger';
import { isSensitive } from './sensitive-keys';

let made: Logger | undefined;

/**
 * The process's logger: one JSON line each, sensitive values masked.
 * Level and service name come from POWERTOOLS_LOG_LEVEL and POWERTOOLS_SERVICE_NAME.
 */
export const logger = (): Logger => {
  made ??= new Logger({ jsonReplacerFn: (key, value) => (isSensitive(key) ? '[masked]' : value) });
  return made;
};

/** The log line of a consumer that has parked a message; a metric filter counts it by its field `consumer`. */
export const messageParked = 'message parked';

/** The log line of a failed poll for flags, once what is known may be wrong; a metric filter counts it by its field `service`. */
export const flagsStale = 'flags stale';

/** The log line of a function that cannot read the flags it was sent; a metric filter counts it by its field `service`. */
export const flagsRefused = 'flags refused';

/** The log line of a consumer of a log in which entities wait for a missing event; a metric filter reads its field `oldestSeconds`. */
export const gapsOpen = 'gaps open';

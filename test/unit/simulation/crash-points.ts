/**
 * Every place where the simulation can strike, by name. Most are crashes of a process; some are faults around it: an answer
 * that is lost, a message that comes twice. The number is how likely a strike is each time a run passes the place.
 */
export const crashPoints = {
  'producer crashes before the commit': 0.02,
  'producer crashes after the commit, before the answer': 0.02,
  'relay crashes after reading, before publishing': 0.2,
  'relay crashes in the middle of a batch': 0.01,
  'relay crashes between two calls to the topic': 0.03,
  'relay crashes after publishing, before the checkpoint': 0.2,
  'relay comes back after the deduplication window': 0.2,
  'stream delivers a batch twice': 0.2,
  'topic takes only some entries of a batch': 0.02,
  'topic publishes, but its answer is lost': 0.03,
  'relay crashes before a poison row is parked': 0.3,
  'relay crashes after a poison row is parked': 0.3,
  'relay crashes while a row is put behind a parked one': 0.1,
  'relay crashes in a redrive before publishing': 0.2,
  'relay crashes in a redrive after publishing': 0.2,
  'relay crashes in a redrive before the case is closed': 0.3,
  'relay crashes in a redrive after the case is closed': 0.3,
  'topic sends again with a new deduplication id': 0.1,
  'an old message arrives behind newer ones': 0.1,
  'consumer crashes before it reads a batch': 0.03,
  'consumer crashes before it calls the provider': 0.005,
  'provider does it, but its answer is lost': 0.01,
  'consumer crashes after the provider, before the commit': 0.005,
  'consumer crashes after the commit, before the reply': 0.005,
  'consumer crashes after the reply, before the delete': 0.005,
  'answer to the queue is lost': 0.03,
  'visibility expires before the provider is called': 0.005,
  'visibility expires before the commit': 0.005,
  'message is dead-lettered after it was handled, and re-driven': 0.02,
  'consumer crashes before a message is parked': 0.3,
  'consumer crashes after a message is parked, before the delete': 0.3,
  'consumer crashes while a message is put behind a parked one': 0.1,
  'consumer crashes in a redrive before the message is handled': 0.2,
  'consumer crashes in a redrive after the message is handled': 0.2,
  'consumer crashes in a redrive before the case is closed': 0.3,
  'consumer crashes in a redrive after the case is closed': 0.3,
  'consumer crashes after a try is noted, before it begins': 0.02,
} as const;

/** Name of a place where the simulation can strike. */
export type CrashPoint = keyof typeof crashPoints;

/** All names, in a fixed order. */
export const crashPointNames = Object.keys(crashPoints) as readonly CrashPoint[];

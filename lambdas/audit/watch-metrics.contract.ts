/** Metrics of the trail and of the watch over accesses, for the functions that send them and the alarms that follow them. */
export const watchMetrics = {
  namespace: 'Tenfold/Audit',
  /** One a finding. */
  unusualAccess: 'UnusualAccess',
  ruleDimension: 'rule',
  /** Records of the stream that fit no contract. */
  unreadableRecords: 'UnreadableRecords',
  /** Requests that the gateway let through to an audited route and that have no record. */
  recordsMissing: 'RecordsMissing',
  /** 1 a minute that was compared. */
  minutesCompared: 'MinutesCompared',
  /** 1 a minute in which the records of every shard are chained as they arrive, else 0. */
  shardsKeepUp: 'ShardsKeepUp',
} as const;

/** The rules about unusual access, by name; a test keeps them equal to those that judge. */
export const accessRuleNames = [
  'mass-reads',
  'off-hours',
  'new-country',
  'new-action',
  'self-access',
  'denied-burst',
] as const;
export type AccessRuleName = (typeof accessRuleNames)[number];

/**
 * What the description of every alarm about a finding begins with. It says something of a caller and nothing of what runs: a release
 * does not stop for it.
 */
export const unusualAccessImpact = 'Unusual access:';

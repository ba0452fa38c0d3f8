/** A train that is on its way. There is one a stage at most. */
export interface Train {
  /** Whoever knows it may drive it: a pipeline's execution, which is several processes, or one `promote`. */
  readonly id: string;
  /** The ARN of who started it. */
  readonly by: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** The commit that it brings, as `revisionOfSources` writes it. */
  readonly revision: string;
  /** Marks of what rang already when it started, and does not stop it as long as it goes on. */
  readonly despite: readonly string[];
}

/** What the train is at. */
export interface TrainProgress {
  readonly wave: string;
  readonly step: 'deploying' | 'baking';
  /** Until when the wave bakes, RFC 3339; only while it does. */
  readonly until?: string;
}

/** How far a wave has come. */
export interface WaveRecord {
  /** Digest of what was deployed, as the plan has it. */
  readonly digest: string;
  /** Digest of what its stacks read from others when they were deployed; absent in what older sources have recorded. */
  readonly reads?: string;
  /** The commit that it was deployed from, as `revisionOfSources` writes it. */
  readonly revision: string;
  /** What the wave was deployed from before and has baked, where it is sent back to; absent when that is not known. */
  readonly before?: string;
  /** RFC 3339. */
  readonly deployedAt: string;
  /** RFC 3339; absent while nobody has seen the end of its bake. */
  readonly bakedAt?: string;
}

/** How the last train ended. */
export interface TrainEnding {
  readonly id: string;
  readonly how: 'arrived' | 'stopped' | 'aborted';
  readonly why: string;
  /** The ARN of who ended it. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
}

/** What nobody but the train knows of it: that it runs, and which waves have baked. */
export interface TrainLog {
  running(): Promise<Train | undefined>;
  /** Begins a train, unless another runs: of two at once one alone gets `true`. */
  begin(train: Train): Promise<boolean>;
  /** Writes down how a train ended; another may begin. */
  end(ending: TrainEnding): Promise<void>;
  last(): Promise<TrainEnding | undefined>;
  /** Ids of the last ten trains that were aborted. */
  aborted(): Promise<readonly string[]>;
  progress(): Promise<TrainProgress | undefined>;
  report(progress: TrainProgress): Promise<void>;
  /** By wave. */
  waves(): Promise<Readonly<Record<string, WaveRecord>>>;
  record(wave: string, record: WaveRecord): Promise<void>;
}

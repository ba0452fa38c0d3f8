import type { DeployedSystem } from '../../drills/harness/deployed-system';
import type { Progress } from '../../drills/harness/progress';
import type { Measurement } from './measurement';

/** What one benchmark has measured. */
export interface BenchmarkFindings {
  readonly measurements: readonly Measurement[];
  /** What a reader has to know to judge the figures: what was left out, what would be different on AWS. */
  readonly notes: readonly string[];
}

/** What a benchmark may use. */
export interface Workbench {
  readonly progress: Progress;
  /** The store on the local cloud, which is brought up by the first benchmark that asks for it. */
  system(): Promise<DeployedSystem>;
}

/** Something measured beside what people would use otherwise, on the same machine in the same run. */
export interface Benchmark {
  readonly name: string;
  /** What is compared with what, in one sentence. */
  readonly compares: string;
  run(workbench: Workbench): Promise<BenchmarkFindings>;
}

import type { Progress } from '../../drills/harness/progress';
import type { Measurement } from './measurement';

/** What one benchmark has measured. */
export interface BenchmarkFindings {
  readonly measurements: readonly Measurement[];
  /** What a reader has to know to judge the figures: what was left out, what would be different on AWS. */
  readonly notes: readonly string[];
}

/** Something measured beside what people would use otherwise, on the same machine in the same run. */
export interface Benchmark {
  readonly name: string;
  /** What is compared with what, in one sentence. */
  readonly compares: string;
  run(progress: Progress): Promise<BenchmarkFindings>;
}

import type { CrashPoint } from './crash-points';
import { type SimulationReport, simulate } from './simulation';

const MESSAGES = 10_000;
const SEEDS = 20;
/** A dozen points are armed at once: at half the rate a run still gets ahead. */
const RATE = 0.5;

/** The seeds of a run of the tests: 1 … 20, or the one in SIMULATION_SEED. */
export const seeds = (): readonly number[] => {
  const given = process.env['SIMULATION_SEED'];
  if (given === undefined) return Array.from({ length: SEEDS }, (_, index) => index + 1);
  if (!/^\d{1,9}$/.test(given)) throw new TypeError(`SIMULATION_SEED is ${given}, expected a whole number`);
  return [Number(given)];
};

/** Runs a plan with each seed. With SIMULATION_SEED it prints each report: the same one each time. */
export const runPlan = async (armed: readonly CrashPoint[]): Promise<SimulationReport[]> => {
  const reports: SimulationReport[] = [];
  for (const seed of seeds()) {
    const report = await simulate({ seed, messages: MESSAGES, armed, rate: RATE });
    reports.push(report);
    if (process.env['SIMULATION_SEED'] !== undefined) process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  return reports;
};

/** Seeds of runs that lost, doubled or disordered something, parked it untried, or did not come to rest; with what they did. */
export const violations = (reports: readonly SimulationReport[]) =>
  reports
    .map(({ seed, lost, doubled, disordered, parkedUntried, finished }) => ({
      ...{ seed, lost, doubled, disordered, parkedUntried, finished },
    }))
    .filter(({ lost, doubled, disordered, parkedUntried, finished }) => {
      return lost + doubled + disordered + parkedUntried > 0 || !finished;
    });

/** Points that have not struck once in all of the reports: whatever these runs show, it is not about them. */
export const neverStruck = (armed: readonly CrashPoint[], reports: readonly SimulationReport[]) =>
  armed.filter((point) => !reports.some(({ struck }) => (struck[point] ?? 0) > 0));

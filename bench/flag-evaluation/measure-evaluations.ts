/** What a process that evaluated flags has to tell. */
export interface EvaluationReading {
  /** CPU of all threads, in microseconds an evaluation. */
  readonly cpu: number;
  /** How many evaluations answered `true`. */
  readonly inside: number;
}

const WARM_UP = 50_000;
const EVALUATIONS = 200_000;
const CLIENTS = 1_000;

/** The flag that is evaluated: a roll-out to half of the clients. */
export const FLAG = 'express';

const clients = Array.from({ length: CLIENTS }, (_, at) => `client-${at}`);

/** Evaluates a flag over and over, each time for another client, and prints the reading. */
export const measureEvaluations = async (ask: (clientId: string) => Promise<boolean>): Promise<void> => {
  const evaluate = async (count: number): Promise<number> => {
    let inside = 0;
    for (let at = 0; at < count; at += 1) {
      if (await ask(clients[at % CLIENTS] ?? '')) inside += 1;
    }
    return inside;
  };
  await evaluate(WARM_UP);
  const start = process.cpuUsage();
  const inside = await evaluate(EVALUATIONS);
  const { user, system } = process.cpuUsage(start);
  const reading: EvaluationReading = { cpu: (user + system) / EVALUATIONS, inside };
  process.stdout.write(JSON.stringify(reading));
};

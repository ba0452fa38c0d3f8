import { Metrics } from '@aws-lambda-powertools/metrics';

let made: Metrics | undefined;

/** The process's metrics, namespace `Tenfold`, printed as embedded-metric lines when published. */
export const metrics = (): Metrics => {
  made ??= new Metrics({ namespace: 'Tenfold' });
  return made;
};

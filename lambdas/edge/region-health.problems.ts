import { Problem } from '../shared/problem';
import type { Finding } from './region-health';

/** 503: the region must not get traffic; another one may be asked. */
export class RegionOutOfServiceProblem extends Problem {
  override readonly name = 'RegionOutOfServiceProblem';
  readonly status = 503;
  readonly title = 'The region is out of service';
  readonly slug = 'region-out-of-service';

  constructor(region: string, because: readonly Finding[]) {
    const errors = because.map(({ about: field, kind: value }) => ({ field, value, expected: 'well' }));
    super(`${region} is out of service; other regions may be in service`, {
      errors,
      headers: { 'retry-after': '10' },
    });
  }
}

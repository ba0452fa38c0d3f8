import * as z from 'zod/mini';
import { awsRegionEnv, EnvironmentError, readEnv } from '../../../lambdas/shared/read-env';

const schema = z.object({
  ...awsRegionEnv,
  TABLE_NAME: z.string().check(z.minLength(3)),
  RETENTION_DAYS: z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number)),
});
const good = { AWS_REGION: 'sa-east-1', TABLE_NAME: 'orders', RETENTION_DAYS: '7' };

describe('readEnv', () => {
  it('gives the parsed values and leaves out what the contract does not name', () => {
    expect(readEnv(schema, { ...good, PATH: '/bin' })).toEqual({ ...good, RETENTION_DAYS: 7 });
  });

  it('names every key that is wrong, its value and what was expected', () => {
    const read = () => readEnv(schema, { AWS_REGION: 'sa-east-1', TABLE_NAME: 'x', RETENTION_DAYS: 'week' });

    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(/TABLE_NAME is "x", expected at least 3 characters/);
    expect(read).toThrow(/RETENTION_DAYS is "week", expected text that matches \/\^\\d\+\$\//);
  });

  it('says of a missing key that it is not set', () => {
    expect(() => readEnv(schema, {})).toThrow(/AWS_REGION is not set, expected string/);
  });

  it('reads the environment of the process when none is given', () => {
    expect(readEnv(z.object({ PATH: z.string() })).PATH).toBe(process.env['PATH']);
  });
});

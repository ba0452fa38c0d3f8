import { logger } from '../../../lambdas/shared/logger';
import { isSensitive } from '../../../lambdas/shared/sensitive-keys';

describe('the logger', () => {
  beforeAll(() => {
    // Otherwise Powertools prints past the console that the test listens to.
    process.env['POWERTOOLS_DEV'] = 'true';
  });
  afterAll(() => {
    delete process.env['POWERTOOLS_DEV'];
  });

  it('masks sensitive values, however deep they are', () => {
    const lines: string[] = [];
    const print = jest.spyOn(console, 'info').mockImplementation((line: string) => void lines.push(line));

    logger().info('placed', {
      correlationId: 'c-1',
      order: { paymentMethod: 'pm_card', shipTo: { street: 'Main 5' }, lines: [{ sku: 'TEA' }] },
      headers: { Authorization: 'Bearer x' },
      tasktoken: 'AQ==',
    });
    print.mockRestore();

    const [line = '{}'] = lines;
    expect(JSON.parse(line)).toMatchObject({
      ...{ level: 'INFO', message: 'placed', correlationId: 'c-1', tasktoken: '[masked]' },
      order: { paymentMethod: '[masked]', shipTo: '[masked]', lines: [{ sku: 'TEA' }] },
      headers: { Authorization: '[masked]' },
    });
    for (const secret of ['pm_card', 'Main 5', 'Bearer', 'AQ==']) expect(line).not.toContain(secret);
  });

  it('is one for the process', () => {
    expect(logger()).toBe(logger());
  });

  it.each(['paymentMethod', 'PAYMENTMETHOD', 'apiKey', 'recipient', 'x-api-key'])('takes %s for sensitive', (key) => {
    expect(isSensitive(key)).toBe(true);
  });
});

import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { ApiEvent } from '../shared/api-event';
import { clientDefaults } from '../shared/client-defaults';
import type { FunctionVersions, VersionAnswer } from './function-versions.port';

/** Longer than functions behind the API may run; milliseconds. */
const requestTimeout = 15_000;

/** Versions by Lambda's Invoke API, each by its own number: `<function>:<version>`. */
export class LambdaFunctionVersions implements FunctionVersions {
  private readonly client: LambdaClient;

  /** @param config for tests. @default what the Lambda runtime provides */
  constructor(config: LambdaClientConfig = {}) {
    const requestHandler = { ...clientDefaults.requestHandler, requestTimeout };
    // One try: a second one would hide what the first one met.
    this.client = new LambdaClient({ requestHandler, ...config, maxAttempts: 1 });
  }

  async ask(functionName: string, version: string, event: ApiEvent): Promise<VersionAnswer> {
    const asked = performance.now();
    const Payload = JSON.stringify(event);
    try {
      const answer = await this.client.send(new InvokeCommand({ FunctionName: `${functionName}:${version}`, Payload }));
      const milliseconds = performance.now() - asked;
      const text = Buffer.from(answer.Payload ?? []).toString('utf8');
      if (answer.FunctionError !== undefined)
        return { kind: 'failed', why: `${answer.FunctionError}: ${text}`, milliseconds };
      return { kind: 'answered', payload: JSON.parse(text), milliseconds };
    } catch (error) {
      // Whatever keeps a version from answering counts against it; the caller compares it with the other one.
      return { kind: 'failed', why: String(error), milliseconds: performance.now() - asked };
    }
  }
}

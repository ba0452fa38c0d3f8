import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { unusualAccessImpact } from '../../lambdas/audit/watch-metrics.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { stackPrefix } from '../deployment/stack-outputs';
import { messageOf } from '../message-of';
import { isMissingStack } from './missing-stack';
import type { RegionWatch, Trouble } from './region-watch.port';

/** As patient as Route 53's health checkers, who have to do with two seconds. */
const healthTimeoutMilliseconds = 5_000;

/** A region is told to be unwell after as many answers in a row, as by a health checker: one may have been lost on the way here. */
const healthTries = 2;

/** Whether a region is well by all of its alarms, but those that say something of a caller and nothing of what runs, and by the API's deep health check, asked from here. */
export class CloudWatchRegionWatch implements RegionWatch {
  readonly region: string;
  readonly #alarms: CloudWatchClient;
  readonly #stacks: CloudFormationClient;
  readonly #prefix: string;
  /** Name of the stack that has the API. */
  readonly #gateway: string;

  /** @param urlOf where the API answers whose address CloudFormation gives */
  constructor(
    place: Place,
    stage: string,
    private readonly urlOf: (address: string) => string,
  ) {
    this.region = place.region;
    this.#prefix = stackPrefix(stage, place.region);
    this.#gateway = `${this.#prefix}-GatewayService`;
    this.#alarms = new CloudWatchClient(clientConfig(place));
    this.#stacks = new CloudFormationClient(clientConfig(place));
  }

  async isServing(): Promise<boolean> {
    return (await this.apiAddress()) !== undefined;
  }

  async troubles(): Promise<readonly Trouble[]> {
    return [...(await this.ringing()), ...(await this.unhealthy())];
  }

  private async ringing(): Promise<readonly Trouble[]> {
    const ringing: Trouble[] = [];
    let count = 0;
    // CloudFormation begins the name of an alarm with its stack's.
    const wanted = { AlarmNamePrefix: `${this.#prefix}-` };
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: this.#alarms }, wanted)) {
      count += MetricAlarms.length;
      for (const { AlarmName: name = '', AlarmDescription: what = '', StateValue } of MetricAlarms)
        if (StateValue === 'ALARM' && !what.startsWith(unusualAccessImpact)) ringing.push({ name, what });
    }
    if (count === 0) throw new Error(`there is no alarm whose name begins with ${this.#prefix}: nobody watches it`);
    return ringing;
  }

  private async unhealthy(): Promise<readonly Trouble[]> {
    const address = await this.apiAddress();
    if (address === undefined) throw new Error(`stack ${this.#gateway} has no output ApiUrl, or is not there`);
    const url = `${this.urlOf(address)}/health`;
    let answered = '';
    for (let tries = 0; tries < healthTries; tries += 1) {
      try {
        const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(healthTimeoutMilliseconds) });
        if (ok) return [];
        answered = `answers ${status}`;
      } catch (error) {
        // No answer is one, too: it says that customers get none.
        answered = `does not answer: ${messageOf(error)}`;
      }
    }
    return [{ name: 'health', what: `GET ${url} ${answered}` }];
  }

  /** None before the API was deployed. */
  private async apiAddress(): Promise<string | undefined> {
    try {
      const { Stacks = [] } = await this.#stacks.send(new DescribeStacksCommand({ StackName: this.#gateway }));
      const address = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
      return address?.replace(/\/$/, '');
    } catch (error) {
      if (isMissingStack(error)) return undefined;
      throw error;
    }
  }
}

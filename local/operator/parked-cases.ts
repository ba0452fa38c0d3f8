import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';

const storedCase = z.object({
  caseId: z.string(),
  kind: z.string(),
  context: z.string(),
  subject: z.string(),
  reason: z.string(),
  explanation: z.string(),
  openedAt: z.string(),
  /** Messages that wait in it, or how often it was opened. */
  count: z.number().default(1),
  handled: z.number().default(0),
  caseStatus: z.literal('OPEN').optional(),
  closedAs: z.string().optional(),
  closedAt: z.string().optional(),
  redriveFunction: z.string(),
});

/** A parked case, as an operator sees it. */
export type ParkedCase = z.output<typeof storedCase>;

const storedMessage = z.object({ sk: z.string(), attributes: z.record(z.string(), z.string()).default({}) });

/** What waits in a case. Bodies are not shown: they hold what customers have told us. */
export interface WaitingMessage {
  readonly number: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** There is no such case in any context. */
export class UnknownParkedCaseError extends Error {
  override readonly name = 'UnknownParkedCaseError';
}

/** A redrive ended otherwise than by the case being done with. */
export class RedriveFailedError extends Error {
  override readonly name = 'RedriveFailedError';
}

const redriveAnswer = z.looseObject({
  outcome: z.string().optional(),
  redriven: z.number().optional(),
  reason: z.string().optional(),
  explanation: z.string().optional(),
});

/** Enough for a case of some ten thousand messages, each round being one invocation of minutes. */
const MAX_ROUNDS = 100;

/** The parked cases of all contexts of a deployment. */
export class ParkedCases {
  readonly #documents: DynamoDBDocumentClient;
  readonly #lambda: LambdaClient;
  readonly #tables: readonly string[];

  constructor(place: Place, outputs: StackOutputs) {
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(place)));
    this.#lambda = new LambdaClient(clientConfig(place));
    const tables = [...outputs.all('TableName')].filter(([stack]) => stack.endsWith('Data'));
    this.#tables = tables.map(([, table]) => table);
  }

  /** Open cases, oldest first. */
  async open(): Promise<readonly ParkedCase[]> {
    const found = await Promise.all(this.#tables.map((table) => this.#openIn(table)));
    return found.flat().sort((one, other) => one.openedAt.localeCompare(other.openedAt));
  }

  /** @throws UnknownParkedCaseError */
  async find(caseId: string): Promise<ParkedCase> {
    const [known] = await this.#locate(caseId);
    return known;
  }

  /** Messages that are kept in a case, in order. @throws UnknownParkedCaseError */
  async messages(caseId: string): Promise<readonly WaitingMessage[]> {
    const [, table] = await this.#locate(caseId);
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :message)',
      ExpressionAttributeValues: { ':pk': `CASE#${caseId}`, ':message': 'MESSAGE#' },
    };
    const messages: WaitingMessage[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.#documents }, query)) {
      for (const item of Items) {
        const { sk, attributes } = storedMessage.parse(item);
        messages.push({ number: Number(sk.split('#')[1]), attributes });
      }
    }
    return messages;
  }

  /**
   * Asks the function that parked the case to try again, until it says that it is through.
   * @returns what it said, for the operator
   * @throws UnknownParkedCaseError
   * @throws RedriveFailedError it failed again, or refused
   */
  async redrive(caseId: string): Promise<string> {
    const { redriveFunction } = await this.find(caseId);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const invoke = new InvokeCommand({
        FunctionName: redriveFunction,
        Payload: JSON.stringify({ redriveCase: caseId }),
      });
      const { FunctionError, Payload } = await this.#lambda.send(invoke);
      const text = Payload?.transformToString() ?? '';
      if (FunctionError !== undefined) throw new RedriveFailedError(`${redriveFunction} failed: ${text}`);
      const { outcome, redriven, reason, explanation } = redriveAnswer.parse(JSON.parse(text));
      if (outcome === 'stopped') {
        throw new RedriveFailedError(
          `stopped after ${redriven ?? 0} messages, the case stays open: ${reason ?? 'no reason given'}`,
        );
      }
      if (outcome !== 'unfinished') return explanation ?? `${redriven ?? 0} messages handled, the case is closed`;
    }
    throw new RedriveFailedError(`the case is not done after ${MAX_ROUNDS} rounds; redrive it again`);
  }

  async #openIn(table: string): Promise<ParkedCase[]> {
    const query = {
      TableName: table,
      IndexName: 'cases',
      KeyConditionExpression: 'caseStatus = :open',
      ExpressionAttributeValues: { ':open': 'OPEN' },
    };
    const cases: ParkedCase[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.#documents }, query))
      cases.push(...Items.map((item) => storedCase.parse(item)));
    return cases;
  }

  async #locate(caseId: string): Promise<readonly [ParkedCase, string]> {
    for (const table of this.#tables) {
      const { Item } = await this.#documents.send(
        new GetCommand({ TableName: table, Key: { pk: `CASE#${caseId}`, sk: 'CASE' }, ConsistentRead: true }),
      );
      if (Item !== undefined) return [storedCase.parse(Item), table];
    }
    throw new UnknownParkedCaseError(`no context has a case ${caseId}; npm run ops -- cases list shows the open ones`);
  }
}

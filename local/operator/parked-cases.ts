import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DiscardMessage, DiscardRequest } from '../../lambdas/shared/discard-message.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';
import { type CaseFunction, functionOfCase } from './case-function';
import { type KeptMessage, storedMessage } from './kept-message';
import { type ParkedCase, parkedCase } from './parked-case';
import { DiscardFailedError, RedriveFailedError, UnknownParkedCaseError } from './parked-case.errors';

const redriveAnswer = z.looseObject({
  outcome: z.string().optional(),
  redriven: z.number().optional(),
  reason: z.string().optional(),
  explanation: z.string().optional(),
});

const discardAnswer = z.discriminatedUnion('outcome', [
  z.looseObject({ outcome: z.literal('discarded'), closed: z.boolean() }),
  z.looseObject({ outcome: z.literal('refused'), reason: z.string() }),
]);

const rowReference = z.object({ pk: z.string(), sk: z.string() });

/** Enough for a case of some ten thousand messages, each round being one invocation of minutes. */
const MAX_ROUNDS = 100;

/** Bytes as base64: an object of numbers would be no help to anybody. */
const readable = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );

/** The stacks whose tables hold parked cases: one for each context that consumes messages. */
export const stacksWithCases = [
  'ActivityData',
  'InventoryData',
  'LoyaltyData',
  'OrderingData',
  'PaymentsData',
  'ShippingData',
] as const;

/** The parked cases of all contexts of a deployment. */
export class ParkedCases {
  readonly #documents: DynamoDBDocumentClient;
  readonly #place: Place;
  readonly #outputs: StackOutputs;
  readonly #tables: readonly string[];

  /** @throws LocalCloudError a context's table is not among the outputs: the deployment is not there, or not whole */
  constructor(place: Place, outputs: StackOutputs) {
    this.#documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(place)));
    this.#place = place;
    this.#outputs = outputs;
    // Each by its name: cases of a stack that cannot be found must not be taken for none.
    this.#tables = stacksWithCases.map((stack) => outputs.get(stack, 'TableName'));
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

  /**
   * Messages that are kept in a case, in order: those that wait, those that were discarded, and for a while those that were
   * re-driven.
   * @param bodies whether to read what they say, too
   * @throws UnknownParkedCaseError
   */
  async messages(caseId: string, { bodies = false } = {}): Promise<readonly KeptMessage[]> {
    const [{ kind }, table] = await this.#locate(caseId);
    const read = ['sk', 'attributes', 'discarded', ...(bodies ? ['body'] : [])];
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :message)',
      ExpressionAttributeValues: { ':pk': `CASE#${caseId}`, ':message': 'MESSAGE#' },
      ProjectionExpression: read.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(read.map((name) => [`#${name}`, name])),
    };
    const messages: KeptMessage[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.#documents }, query)) {
      for (const item of Items) {
        const { sk, attributes, discarded, body } = storedMessage.parse(item);
        const said = body !== undefined && kind === 'outbox' ? await this.#row(table, body) : body;
        messages.push({
          ...{ number: Number(sk.split('#')[1]), attributes },
          ...(discarded && { discarded }),
          ...(said !== undefined && { body: said }),
        });
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
    const parked = await this.find(caseId);
    const redriver = this.#functionOf(parked);
    // Cases of messages have a consumer. Those of orders may be of a region that is gone, whose saga nobody can start.
    const ordersSaga =
      parked.consumer === undefined ? { stateMachineArn: this.#outputs.get('OrderingService', 'OrderSagaArn') } : {};
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const request = { redriveCase: caseId, ...ordersSaga };
      const answer = await this.#ask(redriver, request, (why) => new RedriveFailedError(why));
      const { outcome, redriven = 0, reason = 'no reason given', explanation } = redriveAnswer.parse(answer);
      if (outcome === 'stopped')
        throw new RedriveFailedError(`stopped after ${redriven} messages, the case stays open: ${reason}`);
      if (outcome === 'not-now') throw new RedriveFailedError(`not now, the case stays open: ${reason}`, 'not-now');
      if (outcome !== 'unfinished') return explanation ?? `${redriven} messages handled, the case is closed`;
    }
    throw new RedriveFailedError(`the case is not done after ${MAX_ROUNDS} rounds; redrive it again`);
  }

  /**
   * Asks the function that parked the case to give up a message: the one with this number, if it is the first that waits.
   * @returns what is so now, for the operator
   * @throws UnknownParkedCaseError
   * @throws DiscardFailedError it refused, and says why
   */
  async discard(message: DiscardMessage): Promise<string> {
    const discarder = this.#functionOf(await this.find(message.caseId));
    const request: DiscardRequest = { discardMessage: message };
    const answer = discardAnswer.parse(await this.#ask(discarder, request, (why) => new DiscardFailedError(why)));
    if (answer.outcome === 'refused') throw new DiscardFailedError(answer.reason);
    const done = `message ${message.number} is discarded and stays readable in its case`;
    return answer.closed ? `${done}, which is closed` : `${done}; redrive the case for what waits behind it`;
  }

  #functionOf(one: ParkedCase): CaseFunction {
    return functionOfCase(one, this.#place.region, () => this.#outputs.get('OrderingService', 'RedriveFunction'));
  }

  async #ask({ name, region }: CaseFunction, request: object, failure: (why: string) => Error): Promise<unknown> {
    const lambda = new LambdaClient(clientConfig({ ...this.#place, region }));
    const invoke = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) });
    const { FunctionError, Payload } = await lambda.send(invoke);
    const text = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw failure(`${name} failed: ${text}`);
    return JSON.parse(text);
  }

  /** The row that a message of an outbox case refers to. */
  async #row(table: string, reference: string): Promise<string> {
    const Key = rowReference.parse(JSON.parse(reference));
    const { Item } = await this.#documents.send(new GetCommand({ TableName: table, Key }));
    return Item === undefined ? `the row ${Key.pk} ${Key.sk} is gone` : readable(Item);
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
      cases.push(...Items.map((item) => parkedCase.parse(item)));
    return cases;
  }

  async #locate(caseId: string): Promise<readonly [ParkedCase, string]> {
    for (const table of this.#tables) {
      const { Item } = await this.#documents.send(
        new GetCommand({ TableName: table, Key: { pk: `CASE#${caseId}`, sk: 'CASE' }, ConsistentRead: true }),
      );
      if (Item !== undefined) return [parkedCase.parse(Item), table];
    }
    throw new UnknownParkedCaseError(`no context has a case ${caseId}; npm run ops -- cases list shows the open ones`);
  }
}

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type {
  FillGapsAnswer,
  LagAnswer,
  PromoteAnswer,
  ReplayAnswer,
  ReplayRequest,
} from '../../lambdas/shared/stream-request.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { StreamRequestError } from './stream.errors';

const refusal = z.object({ outcome: z.literal('refused'), reason: z.string() });

/** One consumer's function, as operators ask it. Every request throws `StreamRequestError` when the consumer refuses or fails. */
export class ConsumerFunction {
  readonly #lambda: LambdaClient;

  constructor(
    place: Place,
    readonly consumer: string,
    private readonly functionArn: string,
  ) {
    // A replay goes on for as long as an invocation may run.
    this.#lambda = new LambdaClient({ ...clientConfig(place), requestHandler: { requestTimeout: 120_000 } });
  }

  lag(): Promise<LagAnswer> {
    return this.#ask<LagAnswer>({ lag: true });
  }

  fillGaps(): Promise<FillGapsAnswer> {
    return this.#ask<FillGapsAnswer>({ fillGaps: true });
  }

  replay(replay: ReplayRequest): Promise<ReplayAnswer> {
    return this.#ask<ReplayAnswer>({ replay });
  }

  promote(generation: string): Promise<PromoteAnswer> {
    return this.#ask<PromoteAnswer>({ promote: generation });
  }

  async #ask<Answer>(request: object): Promise<Answer> {
    const invoke = new InvokeCommand({ FunctionName: this.functionArn, Payload: JSON.stringify(request) });
    const { FunctionError, Payload } = await this.#lambda.send(invoke);
    const text = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new StreamRequestError(`${this.consumer} failed: ${text}`);
    const answer: unknown = JSON.parse(text);
    const refused = refusal.safeParse(answer);
    if (refused.success) throw new StreamRequestError(`${this.consumer} refuses: ${refused.data.reason}`);
    // The function is of the same release, and its answers have the contract's types.
    return answer as Answer;
  }
}

import { ForeignHomeError } from '../../../lambdas/shared/region-gate.errors';
import { article, type ModelRegion } from './model-region';
import type { ModelWorld } from './model-world';
import type { Variant } from './variants';

/** What one customer wants. */
export interface Wish {
  /** Seconds after the beginning. */
  readonly at: number;
  /** Index of the region that is nearest. */
  readonly nearest: number;
  readonly quantity: number;
  readonly paymentMethod: 'pm_card' | 'pm_declined';
  /** The carrier does not go to AQ. */
  readonly country: 'BR' | 'AQ';
  /** Seconds from the answer to the cancellation. */
  readonly cancelAfter: number | undefined;
  /** Where the cancellation is sent to first, as an index. */
  readonly cancelAt: number;
}

/** What a customer was told. */
export interface Acknowledged {
  readonly wish: number;
  /** Absent until the order was accepted. */
  orderId: string | undefined;
  cancelled: boolean;
}

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

const clientId = 'store-front';
const clientPatience = 5_000;
const placeTries = 30;
const cancelTries = 15;

/** Customers who ask the nearest region, and another one when it does not answer: with the same key, until somebody does. */
export class Clients {
  readonly acknowledged: Acknowledged[] = [];

  constructor(
    private readonly world: ModelWorld,
    private readonly regions: readonly ModelRegion[],
    private readonly variant: Variant,
  ) {}

  /** Wishes come true at their time. */
  begin(wishes: readonly Wish[]): void {
    for (const [index, wish] of wishes.entries())
      this.world.time.in(wish.at * 1_000, () => this.world.time.start(() => this.order(index, wish)));
  }

  private async order(index: number, wish: Wish): Promise<void> {
    const { time } = this.world;
    const told: Acknowledged = { wish: index, orderId: undefined, cancelled: false };
    this.acknowledged.push(told);
    for (let attempt = 0; attempt < placeTries && told.orderId === undefined; attempt += 1) {
      if (attempt > 0) await time.sleep(Math.min(1_000 * attempt, 20_000));
      try {
        told.orderId = await this.place(index, wish, attempt);
      } catch {
        // The next region is asked the same.
      }
    }
    if (wish.cancelAfter === undefined || told.orderId === undefined) return;
    await time.sleep(wish.cancelAfter * 1_000);
    await this.cancel(told, told.orderId, wish.cancelAt);
  }

  private async place(index: number, wish: Wish, attempt: number): Promise<string | undefined> {
    const region = this.region(wish.nearest + attempt);
    const key = `idempotency-key-${index}${this.variant.randomIds ? `-${attempt}` : ''}`;
    const { paymentMethod, country, quantity } = wish;
    const shipTo = { recipient: 'Ada', street: 'Rua 1', city: 'Recife', postalCode: '50010', country };
    const order = { customerId: `customer-${index}`, currency: article.currency, paymentMethod, shipTo };
    const body = { ...order, lines: [{ sku: article.sku, quantity }] };
    const request = { clientId, idempotencyKey: key, requestId: `request-${index}-${attempt}`, body };
    const answer = await this.ask(region, () => region.place(request));
    return answer.kind === 'placed' || answer.kind === 'replayed' ? answer.order.orderId : undefined;
  }

  private async cancel(told: Acknowledged, orderId: string, cancelAt: number): Promise<void> {
    const request = { clientId, orderId, requestId: `cancel-${orderId}` };
    for (let attempt = 0; attempt < cancelTries; attempt += 1) {
      if (attempt > 0) await this.world.time.sleep(5_000);
      const region = this.region(cancelAt + attempt);
      try {
        const decision = await this.ask(region, () => this.cancelIn(region, request));
        told.cancelled = decision.kind === 'cancel' || decision.kind === 'already';
        if (decision.kind !== 'not-found') return;
      } catch {
        // The next region is asked the same.
      }
    }
  }

  private async cancelIn(region: ModelRegion, request: Parameters<ModelRegion['cancel']>[0]) {
    try {
      return await region.cancel(request);
    } catch (error) {
      if (!(error instanceof ForeignHomeError)) throw error;
      const home = this.regions.find(({ name }) => name === error.homeRegion);
      if (!home || !this.world.replication.isUp(region.name, home.name)) throw error;
      return home.compute.invoke(() => home.cancel(request));
    }
  }

  private async ask<Answer>(region: ModelRegion, work: () => Promise<Answer>): Promise<Answer> {
    const { time } = this.world;
    const giveUp = async (): Promise<never> => {
      await time.sleep(clientPatience);
      throw new NoAnswerError(region.name);
    };
    if (!region.answers()) return giveUp();
    const answer = await Promise.race([region.compute.invoke(work), giveUp()]);
    // The answer is lost with the region, or on its way.
    if (!region.answers() || time.chance(0.03)) throw new NoAnswerError(region.name);
    return answer;
  }

  private region(index: number): ModelRegion {
    const region = this.regions[index % this.regions.length];
    if (region === undefined) throw new TypeError('there are no regions');
    return region;
  }
}

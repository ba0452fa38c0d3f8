import { generateKeyPairSync, sign } from 'node:crypto';
import type { Random } from '../../../drills/harness/random';
import { type ChainSeal, type SignedSeal, sealText } from '../../../lambdas/audit/chain-seal.contract';
import { sealOf } from '../../../lambdas/audit/chain-sealing';
import { type Arrival, chainArrivals, type OpenChain, type ShardPosition } from '../../../lambdas/audit/shard-chains';
import type { AccessRecord } from '../../../lambdas/shared/access-record.contract';
import type { Evidence, StoredLine } from '../../../local/audit/verify-chains';

export const region = 'sa-east-1';
export const keyArn = 'arn:aws:kms:sa-east-1:000000000000:key/seal';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** The store's key, as KMS tells it. */
export const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
/** A key that is not the store's. */
export const otherKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const signedBy = (seal: ChainSeal, privateKey = keys.privateKey): SignedSeal => ({
  seal,
  signature: sign('sha256', Buffer.from(sealText(seal)), privateKey).toString('base64'),
  keyId: keyArn,
});

/** A record of a made-up access. */
export const madeUpRecord = (random: Random, at: Date): AccessRecord => ({
  recordId: random.uuid(),
  revision: 1,
  class: random.chance(0.2) ? 'security' : 'access',
  actor: { id: random.pick(['store-front', 'back-office', 'café-é']), role: 'client' },
  action: random.pick(['order.read', 'order.place']),
  subject: `order/${random.uuid()}`,
  fields: ['customerId'],
  purpose: 'order-handling',
  sourceIp: `198.51.100.${random.integer(1, 254)}`,
  userAgent: 'curl/8',
  requestId: random.uuid(),
  correlationId: random.uuid(),
  time: at.toISOString(),
  outcome: 'granted',
  region,
});

const start = Date.UTC(2026, 10, 26, 20);
const minute = 60_000;

/** Two shards over three hours, in batches; lines are cut into objects and some stored twice, as Firehose does. All hours but the last are sealed. */
export const madeUpEvidence = (random: Random): Evidence => {
  const lines: string[] = [];
  const closed: OpenChain[] = [];
  for (const shardId of ['shardId-000000000000', 'shardId-000000000001']) {
    let position: ShardPosition | undefined;
    let sequence = random.integer(1, 1000);
    for (let at = start; at < start + 180 * minute; at += random.integer(5, 25) * minute) {
      const arrivals = Array.from({ length: random.integer(1, 6) }, (): Arrival => {
        sequence += random.integer(1, 9);
        const arrivedAt = new Date(at + sequence);
        const data = Buffer.from(JSON.stringify(madeUpRecord(random, arrivedAt)));
        return { sequenceNumber: `495${String(sequence).padStart(20, '0')}`, arrivedAt, data };
      });
      const chained = chainArrivals({ region, shardId }, position, arrivals);
      position = chained.position;
      closed.push(...chained.closed);
      lines.push(...chained.lines.access, ...chained.lines.security);
    }
  }
  const repeated = lines.filter(() => random.chance(0.1));
  const stored = random
    .shuffle([...lines, ...repeated])
    .map((text, at): StoredLine => ({ object: `class=access/object-${Math.floor(at / 7)}`, text }));
  const seals: SignedSeal[] = [];
  for (const chain of closed.sort((one, other) => one.hour.localeCompare(other.hour))) {
    seals.push(signedBy(sealOf(region, seals.at(-1)?.seal, chain, new Date(start + 240 * minute))));
  }
  return {
    region,
    lines: stored,
    seals: seals.map((signed) => ({ number: signed.seal.number, signed })),
    lastNumber: seals.length,
    keyArn,
    publicKey,
    sealedBefore: '2026-11-26T22',
  };
};

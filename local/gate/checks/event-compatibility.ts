import { Type } from 'avsc/lib/types';
import type { AvroSchema, EventContract } from '../../../lambdas/shared/event-contract';
import { asked, type Check, type Finding, notAsked } from '../check';
import { reasonOf } from '../reason';
import type { PublishedEvent } from '../release';

const typeOf = (schema: AvroSchema): Type =>
  // avsc's own schema type lists each Avro type; ours is any parsed JSON, which forSchema checks itself.
  Type.forSchema(schema as Parameters<typeof Type.forSchema>[0], { wrapUnions: false });

/** Why a reader cannot resolve what a writer has written (Avro specification, "Schema Resolution"); `undefined` when it can. */
const unresolved = (reader: AvroSchema, writer: AvroSchema): string | undefined => {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
};

const knows = ({ schemaVersionId, earlier = [] }: EventContract<unknown>, id: string): boolean =>
  schemaVersionId === id || earlier.some((version) => version.schemaVersionId === id);

const changed = (before: EventContract<unknown>, after: EventContract<unknown>): readonly Finding[] => {
  const where = `contracts/avro/${after.type}.avsc`;
  const fix =
    'add fields with a default only; anything else is a new version of the event, published beside the old one';
  const [newReadsOld, oldReadsNew] = [unresolved(after.schema, before.schema), unresolved(before.schema, after.schema)];
  return [
    ...(newReadsOld === undefined
      ? []
      : [{ what: `${after.type}: the candidate cannot read what is published now: ${newReadsOld}`, where, fix }]),
    ...(oldReadsNew === undefined
      ? []
      : [{ what: `${after.type}: served code cannot read what the candidate publishes: ${oldReadsNew}`, where, fix }]),
    ...(knows(after, before.schemaVersionId)
      ? []
      : [
          {
            what: `${after.type}: the candidate does not know the schema ${before.schemaVersionId}, with which messages in flight were written`,
            where,
            fix: `keep the served schema as contracts/avro/earlier/${after.type}.<day>.avsc, and npm run contracts:generate`,
          },
        ]),
    ...(knows(before, after.schemaVersionId)
      ? []
      : [
          {
            what: `${after.type}: served code does not know the schema ${after.schemaVersionId} yet, and has such messages again until it is replaced`,
            where,
            fix: 'to release it unnoticed, release the new schema under contracts/avro/earlier/ first, and swap the two in the next release',
            isWarning: true,
          },
        ]),
  ];
};

const forgotten = (before: EventContract<unknown>, after: EventContract<unknown>): readonly Finding[] =>
  (before.earlier ?? [])
    .filter(({ schemaVersionId }) => !knows(after, schemaVersionId))
    .map(({ schemaVersionId }) => ({
      what: `${after.type}: the candidate has forgotten the schema ${schemaVersionId}, which served code knows: messages that were parked or kept may be written with it`,
      where: `contracts/avro/earlier/${after.type}.<day>.avsc`,
      fix: 'put the file back, and npm run contracts:generate',
    }));

const faultsOf = (before: PublishedEvent, now: readonly PublishedEvent[]): readonly Finding[] => {
  const { contract, isUsed } = before;
  const after = now.find((event) => event.contract.type === contract.type)?.contract;
  if (after !== undefined)
    return [
      ...forgotten(contract, after),
      ...(contract.schemaVersionId === after.schemaVersionId ? [] : changed(contract, after)),
    ];
  if (!isUsed) return [];
  return [
    {
      what: `${contract.type} is gone, and served code still publishes or reads it`,
      where: `contracts/avro/${contract.type}.avsc`,
      fix: 'keep the contract in this release, take its use out of the code, and remove it in the next one',
    },
  ];
};

/** Whether the candidate and what is served read each other's events. */
export const eventCompatibility: Check = {
  pair: 'code × contracts',
  claim: 'the candidate and served code read each other’s events',
  ask: ({ candidate: { events }, served }) => {
    if (!served.known) return notAsked(served.because);
    const { events: before } = served.value;
    if (!before.known) return notAsked(before.because);
    return asked(before.value.flatMap((event) => faultsOf(event, events)));
  },
};

import type { ActivityRecordedV1 } from '../../contracts/avro/events';
import type { Delivered } from '../../lambdas/shared/envelope';
import type { Effect } from '../../lambdas/shared/ordered-effect';

/** The projection of both sides: next to nothing, so that what is measured is what surrounds it. */
export const activityRecord = ({ subject, sequence, data }: Delivered<ActivityRecordedV1>): readonly Effect[] => [
  {
    kind: 'put',
    key: { pk: data.customerId, sk: `${subject}#${sequence}` },
    attributes: { kind: data.kind, sku: data.sku, occurredAt: data.occurredAt },
  },
];

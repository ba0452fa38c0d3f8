import * as z from 'zod/mini';
import { fieldsOf, payment, personal, sensitiveFieldsOf } from '../../../lambdas/shared/sensitive';

describe('sensitiveFieldsOf', () => {
  it('finds marked fields wherever they stand', () => {
    const schema = z.object({
      plain: z.string(),
      name: personal(z.string()),
      card: z.optional(payment(z.string())),
      address: z.nullable(z.object({ street: personal(z.string()), floor: z.number() })),
      notes: z.array(z.object({ text: personal(z.string()) })),
      labels: z.record(z.string(), personal(z.string())),
      either: z.union([z.object({ phone: personal(z.string()) }), z.object({ none: z.boolean() })]),
      piped: z.pipe(personal(z.string()), z.transform(Number)),
      pair: z.tuple([personal(z.string()), z.number()]),
    });

    expect(sensitiveFieldsOf(schema)).toEqual([
      { path: 'name', sensitivity: 'personal' },
      { path: 'card', sensitivity: 'payment' },
      { path: 'address.street', sensitivity: 'personal' },
      { path: 'notes[].text', sensitivity: 'personal' },
      { path: 'labels.*', sensitivity: 'personal' },
      { path: 'either.phone', sensitivity: 'personal' },
      { path: 'piped', sensitivity: 'personal' },
      { path: 'pair[]', sensitivity: 'personal' },
    ]);
  });

  it('takes what is inside a marked field for as sensitive', () => {
    const schema = z.object({ person: personal(z.object({ city: z.string(), card: payment(z.string()) })) });

    expect(sensitiveFieldsOf(schema)).toEqual([
      { path: 'person.city', sensitivity: 'personal' },
      { path: 'person.card', sensitivity: 'payment' },
    ]);
  });

  it('changes nothing in how a field is parsed', () => {
    const schema = z.object({ name: personal(z.string().check(z.minLength(2))) });

    expect(z.safeParse(schema, { name: 'A' }).success).toBe(false);
    expect(z.parse(schema, { name: 'Ada' })).toEqual({ name: 'Ada' });
    expect(fieldsOf(schema)).toEqual([{ path: 'name', sensitivity: 'personal' }]);
  });
});

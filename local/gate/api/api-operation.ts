import { z } from 'zod';
import { GateError } from '../gate.errors';
import { inlined, type OpenApiDocument, valueAt } from '../openapi-document';
import { apiSchema } from './schema-inclusion';

const mediaTypes = z.record(z.string(), z.looseObject({ schema: apiSchema.default({}) })).default({});
const header = z.looseObject({ required: z.boolean().default(false), schema: apiSchema.default({}) });
const parameter = header.extend({ name: z.string(), in: z.enum(['query', 'header', 'path', 'cookie']) });
const security = z.array(z.record(z.string(), z.array(z.string())));

const operation = z.looseObject({
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ required: z.boolean().default(false), content: mediaTypes }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ headers: z.record(z.string(), header).default({}), content: mediaTypes }),
  ),
  security: security.optional(),
});

/** What a request to an operation, and its answers, may be. */
export type ApiOperation = z.output<typeof operation>;
/** The bodies that something may have, by media type. */
export type MediaTypes = z.output<typeof mediaTypes>;
/** Any one of these is enough: scopes by the name of a scheme. None: no token is needed. */
export type Security = z.output<typeof security>;

/**
 * An operation without references, with what its path and the contract say of all their operations; `undefined` when it is not there.
 * @param pointer of the operation
 * @throws GateError it is not as OpenAPI has it
 */
export const apiOperationAt = (api: OpenApiDocument, pointer: string): ApiOperation | undefined => {
  const found = valueAt(api, pointer);
  if (found === undefined) return undefined;
  const own = operation.safeParse(inlined(api, found));
  const ofPath = z
    .array(parameter)
    .safeParse(inlined(api, valueAt(api, pointer.replace(/[^/]+$/, 'parameters')) ?? []));
  const ofAll = security.safeParse(api['security'] ?? []);
  for (const { error } of [own, ofPath, ofAll])
    if (error !== undefined) throw new GateError(`${pointer}: expected an operation; ${z.prettifyError(error)}`);
  const { parameters, ...rest } = operation.parse(own.data);
  // The later one of a name is the one that counts.
  return { security: ofAll.data, ...rest, parameters: [...(ofPath.data ?? []), ...parameters] };
};

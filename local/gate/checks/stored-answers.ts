import { z } from 'zod';
import type { ApiAnswer } from '../../../lambdas/shared/api-route';
import { asked, type Check, type Finding, notAsked } from '../check';
import { apiPath, inlined, type OpenApiDocument, operationsOf, valueAt } from '../openapi-document';
import { reasonOf } from '../reason';
import { distinct, type StoredEntity, storedEntities } from '../stored-entities';

/** The schema of an answer, made of the contract; `undefined` when the contract has none. */
const answerSchema = (api: OpenApiDocument, operationId: string, status: number): z.ZodType | undefined => {
  const operation = operationsOf(api).find((one) => one.operationId === operationId);
  const schema = operation && valueAt(api, `${operation.pointer}/responses/${status}/content/application~1json/schema`);
  // The contract is OpenAPI 3.0, whose schemas the library knows; what it cannot convert it says.
  return schema === undefined
    ? undefined
    : z.fromJSONSchema(inlined(api, schema) as Parameters<typeof z.fromJSONSchema>[0], {
        defaultTarget: 'openapi-3.0',
      });
};

const answered = (
  answer: (entity: unknown) => ApiAnswer<unknown>,
  entity: unknown,
): ApiAnswer<unknown> | { readonly failure: string } => {
  try {
    return answer(entity);
  } catch (error) {
    return { failure: reasonOf(error) };
  }
};

const faultsOf = (api: OpenApiDocument, { forms: { kind, answers }, version, entity }: StoredEntity) =>
  Object.entries(answers).flatMap(([operationId, answer]): readonly Finding[] => {
    const fix = `answer what the contract says of every ${kind} that is stored, or promise less before it is released`;
    const given = answered(answer, entity);
    if ('failure' in given) {
      const what = `${kind} in version ${version}: ${operationId} cannot answer it: ${given.failure}`;
      return [{ what, where: `${apiPath}: ${operationId}`, fix }];
    }
    const { status, body } = given;
    const [schema, where] = [answerSchema(api, operationId, status), `${apiPath}: ${operationId}, answer ${status}`];
    if (schema === undefined) {
      const what = `${operationId} answers a stored ${kind} with ${status}, of which the contract says nothing`;
      return [{ what, where, fix }];
    }
    // As it is sent.
    const { error } = schema.safeParse(JSON.parse(JSON.stringify(body)));
    return (error?.issues ?? []).map(({ path, message }) => ({
      what: `${kind} in version ${version}: ${operationId} answers another ${path.map(String).join('.') || 'body'} than promised: ${message}`,
      where,
      fix,
    }));
  });

/** Whether what is stored, in whatever version, can be answered in the words of the API's contract. */
export const storedAnswers: Check = {
  pair: 'schema × contracts',
  claim: 'an entity of every stored version is answered as the contract says',
  ask: ({ candidate: { forms, api } }) =>
    forms.known
      ? asked(distinct(storedEntities(forms.value).flatMap((stored) => faultsOf(api, stored))))
      : notAsked('the stored forms of the candidate cannot be loaded'),
};

import { z } from 'zod';
import type { StoredExample, StoredForms } from '../../../lambdas/shared/stored-forms';
import { asked, type Check, type Finding, notAsked } from '../check';
import { inlined, type OpenApiDocument, operationsOf, valueAt } from '../openapi-document';
import { eventFaults } from './stored-events';

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

const faultsOf = (
  api: OpenApiDocument,
  { kind, history, answers, events }: StoredForms<unknown>,
  { version, state }: StoredExample,
): readonly Finding[] => {
  const entity = history.up(`${kind}/example`, state, version);
  const told = Object.entries(answers).flatMap(([operationId, answer]): readonly Finding[] => {
    const { status, body } = answer(entity);
    const schema = answerSchema(api, operationId, status);
    const where = `contracts/openapi/tenfold-v1.yaml: ${operationId}, answer ${status}`;
    const fix = `answer what the contract says of every ${kind} that is stored, or promise less before it is released`;
    if (schema === undefined) {
      const what = `${operationId} answers a stored ${kind} with ${status}, of which the contract says nothing`;
      return [{ what, where, fix }];
    }
    // As it is sent.
    const parsed = schema.safeParse(JSON.parse(JSON.stringify(body)));
    return parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => ({
          what: `${kind} in version ${version}: ${operationId} answers another ${path.map(String).join('.') || 'body'} than promised: ${message}`,
          where,
          fix,
        }));
  });
  return [...told, ...eventFaults(kind, version, events(entity))];
};

const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [finding.what, finding])).values(),
];

const isReadable = ({ history, kind }: StoredForms<unknown>, { version, state }: StoredExample): boolean => {
  try {
    history.up(`${kind}/example`, state, version);
    return true;
  } catch {
    // Told as a misfit of code and schema.
    return false;
  }
};

/** Whether what is stored, in whatever version, can be told in the words of the contracts. */
export const storedAnswers: Check = {
  pair: 'schema × contracts',
  claim: 'an entity of every stored version is answered and published as the contracts say',
  ask: ({ candidate: { forms, api } }) => {
    if (!forms.known) return notAsked('the stored forms of the candidate cannot be loaded');
    const findings = forms.value.flatMap((one) =>
      one.examples.filter((example) => isReadable(one, example)).flatMap((example) => faultsOf(api, one, example)),
    );
    return asked(distinct(findings));
  },
};

import { asked, type Check, type Finding } from '../check';
import { apiPath, operationsOf } from '../openapi-document';
import type { Candidate } from '../release';

/** The file of the function that answers an operation is called as the operation. */
const fileNameOf = (operationId: string): string =>
  operationId.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const faultsOf = ({ api, httpFunctions, probedOperations }: Candidate): readonly Finding[] => {
  const operations = operationsOf(api).map(({ operationId }) => operationId);
  const nameOf = (path: string): string => path.split('/').at(-1) ?? path;
  const expected = new Set(operations.map(fileNameOf));
  const without = operations.filter((id) => !httpFunctions.some((path) => nameOf(path) === fileNameOf(id)));
  const spare = httpFunctions.filter((path) => !expected.has(nameOf(path)));
  return [
    ...without.map((id) => ({
      what: `operation ${id} has no function; expected ${fileNameOf(id)}.lambda.ts with an apiRoute in some context`,
      where: `${apiPath}: operationId ${id}`,
      fix: 'write the function, or take the operation out of the contract before it is promised to anybody',
    })),
    ...spare.map((path) => ({
      what: `${path} answers HTTP, and no operation is called so`,
      where: `lambdas/${path}.lambda.ts`,
      fix: `describe the operation in ${apiPath}, or remove the function`,
    })),
    ...operations
      .filter((id) => !probedOperations.includes(id))
      .map((id) => ({
        what: `operation ${id} has no probe: its new version would get traffic that nobody has asked anything`,
        where: `contracts/openapi/probes.ts: ${id}`,
        fix: 'npm run contracts:generate',
      })),
    ...probedOperations
      .filter((id) => !operations.includes(id))
      .map((id) => ({
        what: `there are probes of ${id}, which is no operation`,
        where: `contracts/openapi/probes.ts: ${id}`,
        fix: 'npm run contracts:generate',
      })),
  ];
};

/** Whether the API's contract and the functions that answer it name the same operations. */
export const operationsOfCode: Check = {
  pair: 'code × contracts',
  claim: 'every operation has its function and its probes, and every function that answers HTTP its operation',
  ask: ({ candidate }) => asked(faultsOf(candidate)),
};

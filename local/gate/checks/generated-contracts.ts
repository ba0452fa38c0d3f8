import { asked, type Check } from '../check';

/** Whether what is made of contracts was made of these. */
export const generatedContracts: Check = {
  pair: 'code × contracts',
  claim: 'generated code is what the contracts say',
  ask: ({ candidate: { staleFiles } }) =>
    asked(
      staleFiles.map((file) => ({
        what: `${file} was made of other contracts than there are`,
        where: file,
        fix: 'npm run contracts:generate, and commit what it writes',
      })),
    ),
};

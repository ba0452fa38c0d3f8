import { runChecks } from './checks/check';
import { machineChecks } from './checks/machine-checks';

/** `npm run doctor`: what is missing on this machine, and what to do about it. */
const main = async (): Promise<void> => {
  const { missing } = await runChecks(machineChecks, (line) => console.log(line));
  console.log(missing === 0 ? '\nnpm start has what it needs.' : `\n${missing} to fix before npm start can work.`);
  process.exitCode = missing === 0 ? 0 : 1;
};

void main();

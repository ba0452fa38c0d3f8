// ` ✅  Tenfold-Local/sa-east-1/OrderingData (Tenfold-Local-sa-east-1-OrderingData)`
const finishedStack = /^ ?✅ {2}(?:[^/\s]+\/)?(?<stack>\S+) \(/;

/** Reads the output of `cdk deploy` line by line, and notes each stack as it is done, with how many are. */
export const finishedStacks = (note: (line: string) => void): ((line: string) => void) => {
  let done = 0;
  return (line) => {
    const stack = finishedStack.exec(line)?.groups?.['stack'];
    if (stack === undefined) return;
    done += 1;
    note(`${done}: ${stack}`);
  };
};

import { bundleLambdas } from './bundle-lambdas';

// `npm run build`, and the "build" step that the CDK CLI runs before each synthesis.
bundleLambdas().then(
  ({ outputs }) => {
    const sizes = Object.values(outputs).map(({ bytes }) => bytes);
    const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} KB`;
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const largest = kilobytes(Math.max(0, ...sizes));
    process.stdout.write(`bundled ${sizes.length} functions: ${kilobytes(total)} in all, the largest ${largest}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);

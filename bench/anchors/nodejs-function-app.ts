import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { projectRoot } from '../../lib/build/bundle-paths';
import type { EntryPoint } from '../harness/entry-points';

const pascalCase = (name: string): string =>
  name.replace(/(?:^|[-/])([a-z])/g, (_, letter: string) => letter.toUpperCase());

const program = (entries: readonly EntryPoint[]): string => {
  const functions = entries.map(
    ({ name, file }) =>
      `new NodejsFunction(stack, '${pascalCase(name)}', { entry: '${relative(projectRoot, file)}', runtime: Runtime.NODEJS_24_X });`,
  );
  return `import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';

const app = new App();
const stack = new Stack(app, 'Anchor');
${functions.join('\n')}
app.synth();
`;
};

/** What the functions are made from; the rest of the project is left behind. */
const sources = ['lambdas', 'contracts', 'package.json', 'package-lock.json'];

/**
 * Writes a CDK app that holds these functions and nothing else, one `NodejsFunction` each with the construct's defaults.
 * Compiler options are those of `cdk init app --language typescript` of the installed CDK CLI, but for the library.
 * @returns path of the program
 */
export const writeNodejsFunctionApp = async (folder: string, entries: readonly EntryPoint[]): Promise<string> => {
  await Promise.all(sources.map((source) => cp(join(projectRoot, source), join(folder, source), { recursive: true })));
  const template = join(
    projectRoot,
    'node_modules',
    'aws-cdk',
    'lib',
    'init-templates',
    'app',
    'typescript',
    'tsconfig.json',
  );
  const { compilerOptions, ...options } = JSON.parse(await readFile(template, 'utf8')) as { compilerOptions: object };
  // Only the library is ours: the functions use what Node 24 has.
  const ours = { ...options, compilerOptions: { ...compilerOptions, lib: ['es2024'] } };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(ours));
  const file = join(folder, 'app.ts');
  await writeFile(file, program(entries));
  return file;
};

import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { staleFiles } from '../../contracts/generate';
import type { EventContract } from '../../lambdas/shared/event-contract';
import type { FlagUse } from '../../lambdas/shared/flag-use.contract';
import type { StoredForms } from '../../lambdas/shared/stored-forms';
import { readFlagsFile } from '../flags/flags-source';
import { GateError } from './gate.errors';
import { loadModule } from './load-module';
import { apiPath, type OpenApiDocument, openApiDocument } from './openapi-document';
import {
  type Candidate,
  type Known,
  known,
  notKnown,
  type PublishedEvent,
  type Revision,
  type WrittenName,
} from './release';

const fileTexts = (root: string, pattern: string): readonly { readonly file: string; readonly text: string }[] =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

/** What a file exports under a name, if it has the shape; a revision may be of a time when it had another one. */
const exported = async <Value>(root: string, file: string, name: string, shape: z.ZodType): Promise<Known<Value>> => {
  const module = await loadModule(root, file);
  if (!module.known) return module;
  const value: unknown = Reflect.get(module.value, name);
  // Its functions and classes are those of the revision: the shape says that they are there.
  return shape.safeParse(value).success
    ? known(value as Value)
    : notKnown(`${file} exports no ${name} that this gate knows`);
};

const uses = z.array(z.looseObject({ key: z.string(), default: z.union([z.boolean(), z.string(), z.number()]) }));
const forms = z.looseObject({ kind: z.string(), newest: z.int(), history: z.looseObject({ newest: z.int() }) });
const contract = z.looseObject({ type: z.string(), schemaVersionId: z.string() });

const readApi = (root: string): Known<OpenApiDocument> => {
  try {
    return known(openApiDocument(parse(readFileSync(join(root, apiPath), 'utf8'))));
  } catch (error) {
    return notKnown(`${apiPath} cannot be read: ${String(error)}`);
  }
};

const readEvents = async (root: string): Promise<Known<readonly PublishedEvent[]>> => {
  const module = await loadModule(root, 'contracts/avro/events.ts');
  if (!module.known) return module;
  const code = fileTexts(root, 'lambdas/**/*.ts').map(({ text }) => text);
  return known(
    Object.entries(module.value)
      .filter(([, value]) => contract.safeParse(value).success)
      .map(([name, value]) => ({
        contract: value as EventContract<unknown>,
        isUsed: code.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
      })),
  );
};

const readForms = async (root: string): Promise<Known<readonly StoredForms<unknown>[]>> => {
  const files = globSync('lambdas/*/*.forms.ts', { cwd: root }).sort();
  if (files.length === 0) return notKnown('there is no lambdas/*/*.forms.ts');
  const found = await Promise.all(
    files.map((file) => exported<StoredForms<unknown>>(root, file, 'storedForms', forms)),
  );
  const [lacking] = found.filter((one) => !one.known);
  return lacking ?? known(found.flatMap((one) => (one.known ? [one.value] : [])));
};

/**
 * What a revision demands of what is around it.
 * @param root folder that it lies in
 */
export const readRevision = async (root: string, name: string): Promise<Revision> => {
  const [flagUses, events, stored] = await Promise.all([
    exported<readonly FlagUse[]>(root, 'lambdas/flags/flag-uses.contract.ts', 'flagUses', uses),
    readEvents(root),
    readForms(root),
  ]);
  const told = <Value>(part: Known<Value>): Known<Value> => (part.known ? part : notKnown(`${name}: ${part.because}`));
  return { name, flagUses: told(flagUses), api: told(readApi(root)), events: told(events), forms: told(stored) };
};

const httpFunctionsIn = (root: string): readonly string[] =>
  fileTexts(root, 'lambdas/*/*.lambda.ts')
    .filter(({ text }) => /\bapiRoute\(/.test(text))
    .map(({ file }) => join(basename(dirname(file)), basename(file, '.lambda.ts')));

/** Texts in code such as `'ordering.OrderPlaced.v1'`. */
const messageName = /(defineCommand\(\s*)?['"]([a-z]+\.[A-Z][A-Za-z]+\.v\d+)['"]/g;

const writtenNamesIn = (root: string): readonly WrittenName[] =>
  fileTexts(root, '{lambdas,lib}/**/*.ts').flatMap(({ file, text }) =>
    [...text.matchAll(messageName)].map(([, define, name = '']) => ({ name, file, isCommand: define !== undefined })),
  );

/** What a candidate cannot be judged without. */
const demanded = <Value>(part: Known<Value>): Value => {
  if (part.known) return part.value;
  throw new GateError(part.because);
};

/**
 * The working tree, with all that it would bring along.
 * @throws FlagsFileError the file of flags is wrong in itself
 * @throws GateError a contract or a list of what code uses cannot be read
 */
export const readCandidate = async (root: string): Promise<Candidate> => {
  const [revision, flags, probes] = await Promise.all([
    readRevision(root, 'the working tree'),
    readFlagsFile(join(root, 'config', 'flags.json')),
    exported<object>(root, 'contracts/openapi/probes.ts', 'probes', z.looseObject({})),
  ]);
  return {
    name: revision.name,
    flagUses: demanded(revision.flagUses),
    api: demanded(revision.api),
    events: demanded(revision.events),
    forms: revision.forms,
    flags,
    httpFunctions: httpFunctionsIn(root),
    probedOperations: Object.keys(demanded(probes)),
    staleFiles: staleFiles(),
    writtenNames: writtenNamesIn(root),
  };
};

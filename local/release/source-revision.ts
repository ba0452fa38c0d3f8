import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The commit of some sources. */
export interface SourceRevision {
  /** Its id, or as much of it as was written down. */
  readonly commit: string;
  /** Whether the sources had changes that no commit has. */
  readonly isDirty: boolean;
}

/** What is written down of sources that came without their history. */
const unknownRevision = 'unknown';

/**
 * What a train writes down of the sources that it brings: the id of their commit, followed by `-dirty` when there are changes besides, also files
 * that git does not know; `unknown` when there is no git, or no commit.
 */
export const revisionOfSources = async (root: string): Promise<string> => {
  try {
    const head = await run('git', ['-C', root, 'rev-parse', '--verify', 'HEAD']);
    const changes = await run('git', ['-C', root, 'status', '--porcelain']);
    return `${head.stdout.trim()}${changes.stdout === '' ? '' : '-dirty'}`;
  } catch {
    // Sources that were unpacked from an archive: the train goes, and nobody is told which commit it has brought.
    return unknownRevision;
  }
};

/** The commit in what was written down; `undefined` when it names none. */
export const parseRevision = (revision: string): SourceRevision | undefined => {
  const [, commit, dirty] = /^([0-9a-f]{12,64})(-dirty)?$/.exec(revision) ?? [];
  return commit === undefined ? undefined : { commit, isDirty: dirty !== undefined };
};

/** A revision for people. */
export const revisionText = (revision: string): string => {
  const known = parseRevision(revision);
  if (known === undefined) return revision;
  return `${known.commit.slice(0, 12)}${known.isDirty ? ' with uncommitted changes' : ''}`;
};

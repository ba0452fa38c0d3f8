import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Known, known, notKnown } from './release';

const run = promisify(execFile);

/** A commit, and how it was named. */
export interface Commit {
  readonly name: string;
  readonly id: string;
}

/** The project as git knows it. */
export class GitRepository {
  constructor(readonly root: string) {}

  /** The commit of a name; `undefined` when there is none. */
  async find(reference: string): Promise<Commit | undefined> {
    const id = await this.#git('rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`);
    return id === undefined ? undefined : { name: `${reference} (${id.slice(0, 7)})`, id };
  }

  /**
   * The commit that is most likely served: the last tag, else the main branch as others have it, else the last commit; and never the candidate
   * itself.
   */
  async lastReleased(): Promise<Known<Commit>> {
    const [tag, head, changes] = await Promise.all([
      this.#git('describe', '--tags', '--abbrev=0'),
      this.find('HEAD'),
      this.#git('status', '--porcelain'),
    ]);
    if (head === undefined) return notKnown('there is no history of git here, and --against names no commit');
    for (const reference of [...(tag === undefined ? [] : [tag]), 'origin/main', 'HEAD', 'HEAD~1']) {
      const found = await this.find(reference);
      if (found !== undefined && (found.id !== head.id || changes !== '')) return known(found);
    }
    return notKnown('there is no commit before this one, and --against names none');
  }

  /** Does something with the files of a commit, in a folder of their own that is gone afterwards. */
  async withFilesOf<Result>({ id }: Commit, work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'tenfold-gate-'));
    try {
      const archive = join(folder, 'tree.tar');
      await run('git', ['-C', this.root, 'archive', '--format=tar', '--output', archive, id]);
      await run('tar', ['-xf', archive, '-C', folder]);
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** What git says; `undefined` when it says no, or is not there. */
  async #git(...args: readonly string[]): Promise<string | undefined> {
    try {
      return (await run('git', ['-C', this.root, ...args])).stdout.trim();
    } catch {
      return undefined;
    }
  }
}

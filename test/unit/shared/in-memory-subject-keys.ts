import { createHash } from 'node:crypto';
import { SubjectErasedError, SubjectKeyMissingError } from '../../../lambdas/shared/sealed.errors';
import type { SubjectKeys } from '../../../lambdas/shared/subject-keys.port';
import { type SubjectTokens, subjectToken } from '../../../lambdas/shared/subject-tokens';

/** The same in every run: a run is repeated by its seed. */
const keyOf = (...of: readonly string[]): Uint8Array => createHash('sha256').update(of.join('/')).digest();

/** Tokens by a secret that is none. */
export const testTokenOf: SubjectTokens = async (customerId) =>
  subjectToken('the secret of a stage of a test', customerId);

/** Subjects' keys in memory. Those of several regions over the same contents are replicas without a lag. */
export class InMemorySubjectKeys implements SubjectKeys {
  /** How often a key was read or made. */
  reads = 0;
  readonly tokenOf = testTokenOf;

  constructor(
    private readonly region = 'sa-east-1',
    private readonly contents = { keys: new Map<string, Uint8Array>(), erased: new Set<string>() },
  ) {}

  /** The same keys, as another region has them. */
  in(region: string): InMemorySubjectKeys {
    return new InMemorySubjectKeys(region, this.contents);
  }

  async own(subject: string): Promise<Uint8Array> {
    const known = this.find(subject, this.region) ?? keyOf(subject, this.region);
    this.contents.keys.set(`${subject}/${this.region}`, known);
    return known;
  }

  async of(subject: string, region: string): Promise<Uint8Array> {
    const known = this.find(subject, region);
    if (known === undefined) throw new SubjectKeyMissingError(subject, region);
    return known;
  }

  async all(subject: string): Promise<ReadonlyMap<string, Uint8Array>> {
    this.find(subject, this.region);
    const prefix = `${subject}/`;
    return new Map(
      [...this.contents.keys].flatMap(([name, key]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), key] as const] : [],
      ),
    );
  }

  /** Destroys all keys of a subject, for good. */
  erase(subject: string): void {
    this.contents.erased.add(subject);
    for (const name of this.contents.keys.keys()) if (name.startsWith(`${subject}/`)) this.contents.keys.delete(name);
  }

  private find(subject: string, region: string): Uint8Array | undefined {
    this.reads += 1;
    if (this.contents.erased.has(subject)) throw new SubjectErasedError(subject);
    return this.contents.keys.get(`${subject}/${region}`);
  }
}

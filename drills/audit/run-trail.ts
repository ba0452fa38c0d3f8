import type { AccessRecord } from '../../lambdas/shared/access-record.contract';
import { type LinesRead, recordsIn } from '../../local/audit/held-records';
import { nameOfVersion, type ObjectVersion } from '../../local/audit/record-objects';
import { openRegionTrail, type RegionTrail } from '../../local/audit/region-trail';
import type { Evidence, StoredLine } from '../../local/audit/verify-chains';
import type { Cloud } from '../harness/deployed-system';

/** Stage of the local cloud. */
const STAGE = 'local';

const hourWritten = /^class=\w+\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/hour=(\d\d)\//;

/** What a run has written to the store of its region, read as its auditor. Objects are never changed, so each is read once. */
export class RunTrail {
  readonly #trail: RegionTrail;
  /** Objects of earlier hours hold nothing of the run: they are named after the hour of the oldest line in them. */
  readonly #fromHour: string;
  readonly #read = new Map<string, readonly StoredLine[]>();
  #versions: readonly ObjectVersion[] = [];

  private constructor(trail: RegionTrail, fromHour: string) {
    this.#trail = trail;
    this.#fromHour = fromHour;
  }

  /** @param now milliseconds since 1970, when the run begins */
  static async open({ region, endpoint = '' }: Pick<Cloud, 'region' | 'endpoint'>, now: number): Promise<RunTrail> {
    const trail = await openRegionTrail(STAGE, { region, endpoint });
    return new RunTrail(trail, new Date(now - 3_600_000).toISOString().slice(0, 13));
  }

  /** Versions of objects that may hold records of the run, as they were listed last. */
  get versions(): readonly ObjectVersion[] {
    return this.#versions;
  }

  /** All lines that are stored by now. */
  async lines(): Promise<readonly StoredLine[]> {
    const { versions } = await this.#trail.objects.list('class=');
    this.#versions = versions.filter(({ key }) => {
      const [, year, month, day, hour] = hourWritten.exec(key) ?? [];
      return year !== undefined && `${year}-${month}-${day}T${hour}` >= this.#fromHour;
    });
    const fresh = this.#versions.filter((version) => !this.#read.has(nameOfVersion(version)));
    const lines = Map.groupBy(await this.#trail.objects.read(fresh), ({ object }) => object);
    for (const version of fresh) this.#read.set(nameOfVersion(version), lines.get(nameOfVersion(version)) ?? []);
    return [...this.#read.values()].flat();
  }

  /** The records in them, as they are stored. */
  async records(): Promise<readonly AccessRecord[]> {
    const read: LinesRead = recordsIn((await this.lines()).map(({ text }) => text));
    return read.records;
  }

  /** What chains of an hour are verified by; each of them has to be sealed. */
  async evidence(hour: string): Promise<Evidence> {
    const lines = await this.lines();
    const chain = `/${hour}"`;
    return {
      // Chains of other hours are not looked at: who runs drills all day need not wait for all that they left.
      lines: lines.filter(({ text }) => text.includes(chain)),
      ...(await this.#trail.readSeals()),
      from: hour,
      to: hour,
      sealedBefore: '9',
    };
  }
}

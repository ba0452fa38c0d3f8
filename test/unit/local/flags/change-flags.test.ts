import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeFlags } from '../../../../local/flags/change-flags';
import { FlagDeploymentError } from '../../../../local/flags/flags.errors';
import type { FlagsEdit } from '../../../../local/flags/flags-command';
import type { FlagDeploymentOptions, RegionFlags } from '../../../../local/flags/region-flags.port';
import { silentTaskList } from '../../../../local/terminal/task-list';

/** The flags of a region that keeps them in memory, and writes down in a diary that regions share what was done. */
class InMemoryRegionFlags implements RegionFlags {
  fails = false;
  cannotBePutBack = false;
  rings: readonly string[] = [];
  private readonly history: string[] = [];

  constructor(
    readonly region: string,
    private readonly diary: string[],
    first?: string,
  ) {
    if (first !== undefined) this.history.push(first);
  }

  deployed = async () => this.history.at(-1);
  obstacles = async () => this.rings;

  async deploy(text: string, { atOnce }: FlagDeploymentOptions): Promise<number> {
    this.diary.push(`${this.region} ${atOnce ? 'at once' : 'gradually'}`);
    if (this.fails) throw new FlagDeploymentError(`${this.region} has rolled the flags back`);
    this.history.push(text);
    return this.history.length;
  }

  async putBack(): Promise<void> {
    if (this.cannotBePutBack) throw new Error('away');
    this.diary.push(`${this.region} put back`);
    this.history.pop();
  }
}

const file = {
  express: {
    description: 'Parcels that arrive tomorrow',
    owner: 'shipping',
    created: '2026-11-01',
    expires: 'never',
    type: 'boolean',
    variants: { on: true, off: false },
    default: 'off',
    stages: {},
  },
};
const text = `${JSON.stringify(file, undefined, 2)}\n`;
const edit: FlagsEdit = { kind: 'set', flag: 'express', variant: 'on' };

const setUp = () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tenfold-flags-')), 'flags.json');
  writeFileSync(path, text);
  const diary: string[] = [];
  const regions = ['one', 'two', 'three'].map((name) => new InMemoryRegionFlags(name, diary, 'what was there')) as [
    InMemoryRegionFlags,
    InMemoryRegionFlags,
    InMemoryRegionFlags,
  ];
  const change = (atOnce = false) =>
    changeFlags({ stage: 'prod', regions, edit, atOnce, tasks: silentTaskList(), path });
  return { path, diary, regions, change, kept: () => readFileSync(path, 'utf8') };
};

describe('changing flags', () => {
  it('edits the file and brings it to the regions, one after the other', async () => {
    const { diary, regions, change, kept } = setUp();

    await change();

    expect(JSON.parse(kept()).express.stages).toEqual({ prod: { variant: 'on' } });
    expect(diary).toEqual(['one gradually', 'two gradually', 'three gradually']);
    const texts = await Promise.all(regions.map((region) => region.deployed()));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('"variant":"on"');
  });

  it('leaves a region alone that has them already', async () => {
    const { diary, change } = setUp();
    await change();
    diary.length = 0;

    await change();

    expect(diary).toEqual([]);
  });

  it('stops at a region that rolls them back, puts the others back, and the file', async () => {
    const { diary, regions, change, kept } = setUp();
    regions[1].fails = true;

    await expect(change()).rejects.toThrow('two has rolled the flags back; put back: one');

    expect(diary).toEqual(['one gradually', 'two gradually', 'one put back']);
    expect(await Promise.all(regions.map((region) => region.deployed()))).toEqual([
      'what was there',
      'what was there',
      'what was there',
    ]);
    expect(kept()).toBe(text);
  });

  it('names the region that could not be put back, and goes on with the others', async () => {
    const { diary, regions, change } = setUp();
    regions[2].fails = true;
    regions[1].cannotBePutBack = true;

    await expect(change()).rejects.toThrow(/NOT put back: two \(deployment 2\): away/);

    expect(diary).toContain('one put back');
  });

  it('begins nothing while an alarm rings that would roll it back, unless it is done at once', async () => {
    const { diary, regions, change, kept } = setUp();
    regions[2].rings = ['three: alarm ApiErrors rings'];

    await expect(change()).rejects.toThrow(/nothing was deployed.*three: alarm ApiErrors rings/s);
    expect([diary, kept()]).toEqual([[], text]);

    await change(true);
    expect(diary).toEqual(['one at once', 'two at once', 'three at once']);
  });

  it('gives a region its first flags at once: nobody has any that could change', async () => {
    const { diary, path } = setUp();
    const regions = [new InMemoryRegionFlags('new', diary)];

    await changeFlags({ stage: 'prod', regions, edit, atOnce: false, tasks: silentTaskList(), path });

    expect(diary).toEqual(['new at once']);
  });

  it('touches neither file nor region for a variant that is not there', async () => {
    const { diary, regions, path, kept } = setUp();
    const wrong: FlagsEdit = { kind: 'set', flag: 'express', variant: 'maybe' };

    await expect(
      changeFlags({ stage: 'prod', regions, edit: wrong, atOnce: false, tasks: silentTaskList(), path }),
    ).rejects.toThrow('no variant maybe');

    expect([diary, kept()]).toEqual([[], text]);
  });
});

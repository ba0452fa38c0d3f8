import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeFlags } from '../../../../local/flags/change-flags';
import { FlagDeploymentError, FlagRefusalError } from '../../../../local/flags/flags.errors';
import type { FlagsEdit } from '../../../../local/flags/flags-command';
import type { FlagDeployment, FlagDeploymentOptions, RegionFlags } from '../../../../local/flags/region-flags.port';
import { silentTaskList } from '../../../../local/terminal/task-list';

/** The flags of a region that keeps them in memory, and writes down in a diary that regions share what was done. */
class InMemoryRegionFlags implements RegionFlags {
  fails = false;
  cannotBePutBack = false;
  rings: readonly string[] = [];
  begun: FlagDeployment | undefined;
  /** Begins between the look at the region and the deployment. */
  overtakenBy: FlagDeployment | undefined;
  private readonly history: string[] = [];

  constructor(
    readonly region: string,
    private readonly diary: string[],
    first?: string,
  ) {
    if (first !== undefined) this.history.push(first);
  }

  /** Somebody else's deployment, or an earlier command's, complete. */
  serve(text: string): void {
    this.history.push(text);
  }

  state = async () => {
    const newest = Math.max(this.history.length, this.begun?.number ?? 0);
    return { newest, deployed: this.history.at(-1), underWay: this.begun };
  };
  obstacles = async () => this.rings;

  async deploy(text: string, { atOnce }: FlagDeploymentOptions): Promise<number> {
    this.diary.push(`${this.region} ${atOnce ? 'at once' : 'gradually'}`);
    this.begun ??= this.overtakenBy;
    if (this.begun) throw new FlagDeploymentError(`${this.region} is busy`);
    if (this.fails) throw new FlagDeploymentError(`${this.region} has rolled the flags back`);
    this.history.push(text);
    return this.history.length;
  }

  async follow(): Promise<void> {
    this.diary.push(`${this.region} followed`);
    if (this.begun && !this.fails) this.history.push(this.begun.text);
    this.begun = undefined;
    if (this.fails) throw new FlagDeploymentError(`${this.region} has rolled the flags back`);
  }

  async putBack(deployment: number): Promise<void> {
    if (this.cannotBePutBack) throw new Error('away');
    this.diary.push(`${this.region} put back`);
    if (this.begun?.number !== deployment) this.history.pop();
    this.begun = undefined;
  }
}

const deployedIn = async (region: RegionFlags) => (await region.state()).deployed;

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

const textWith = (state: object): string => {
  const { type, variants } = file.express;
  return JSON.stringify({ version: 1, flags: { express: { type, variants, state } } });
};
const before = textWith({ variant: 'off' });
const after = textWith({ variant: 'on' });

const setUp = () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tenfold-flags-')), 'flags.json');
  writeFileSync(path, text);
  const diary: string[] = [];
  const regions = ['one', 'two', 'three'].map((name) => new InMemoryRegionFlags(name, diary, before)) as [
    InMemoryRegionFlags,
    InMemoryRegionFlags,
    InMemoryRegionFlags,
  ];
  const stage = 'prod';
  const tasks = silentTaskList();
  const change = (atOnce = false, overwrite = false) =>
    changeFlags({ stage, regions, edit, atOnce, overwrite, tasks, path });
  const deploy = (overwrite = false) => changeFlags({ stage, regions, atOnce: false, overwrite, tasks, path });
  return { path, diary, regions, change, deploy, kept: () => readFileSync(path, 'utf8') };
};

describe('changing flags', () => {
  it('edits the file and brings it to the regions, one after the other', async () => {
    const { diary, regions, change, kept } = setUp();

    await change();

    expect(JSON.parse(kept()).express.stages).toEqual({ prod: { variant: 'on' } });
    expect(diary).toEqual(['one gradually', 'two gradually', 'three gradually']);
    const texts = await Promise.all(regions.map((region) => deployedIn(region)));
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
    expect(await Promise.all(regions.map((region) => deployedIn(region)))).toEqual([before, before, before]);
    expect(kept()).toBe(text);
  });

  it('follows the same flags that another command was quicker to bring to a region', async () => {
    const { diary, regions, change } = setUp();
    regions[1].overtakenBy = { number: 2, text: after };

    await change();

    expect(diary).toEqual(['one gradually', 'two gradually', 'two followed', 'three gradually']);
    expect(await Promise.all(regions.map((region) => deployedIn(region)))).toEqual([after, after, after]);
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

    await changeFlags({ stage: 'prod', regions, edit, atOnce: false, overwrite: false, tasks: silentTaskList(), path });

    expect(diary).toEqual(['new at once']);
  });

  it('touches neither file nor region for a variant that is not there', async () => {
    const { diary, regions, path, kept } = setUp();
    const wrong: FlagsEdit = { kind: 'set', flag: 'express', variant: 'maybe' };

    await expect(
      changeFlags({
        stage: 'prod',
        regions,
        edit: wrong,
        atOnce: false,
        overwrite: false,
        tasks: silentTaskList(),
        path,
      }),
    ).rejects.toThrow('no variant maybe');

    expect([diary, kept()]).toEqual([[], text]);
  });
});

describe('a clone whose file is not what regions serve', () => {
  const theirs = textWith({ variant: 'off', rollout: { variant: 'on', percent: 10 } });

  it.each(['change', 'deploy'] as const)('does not take back what somebody else has deployed: %s', async (command) => {
    const setup = setUp();
    setup.regions[1].serve(theirs);

    const refused = setup[command]();

    await expect(refused).rejects.toThrow(FlagRefusalError);
    await expect(refused).rejects.toThrow(
      /two serves express as on \(true\) for 10 %; off \(false\) for the others, the file has off \(false\)\n.*pull.*--overwrite/s,
    );
    expect([setup.diary, setup.kept()]).toEqual([[], text]);
  });

  it('does so when it is told to', async () => {
    const { diary, regions, change } = setUp();
    regions[1].serve(theirs);

    await change(false, true);

    expect(diary).toEqual(['one gradually', 'two gradually', 'three gradually']);
  });

  it('does not take away a flag that somebody else has added, and adds one of its own', async () => {
    const { regions, path, diary, deploy } = setUp();
    const { type, variants } = file.express;
    const other = { type, variants, state: { variant: 'off' } };
    for (const region of regions)
      region.serve(JSON.stringify({ version: 1, flags: { ...JSON.parse(before).flags, other } }));
    await expect(deploy()).rejects.toThrow('one serves other as off (false), the file has none');

    writeFileSync(path, JSON.stringify({ ...file, other: file.express, another: file.express }));
    await deploy();

    expect(diary).toEqual(['one gradually', 'two gradually', 'three gradually']);
  });

  it('takes back nobody’s change in a region that was away: it says how that gets what the others have', async () => {
    const { diary, regions, path } = setUp();
    writeFileSync(path, `${JSON.stringify({ ...file, express: { ...file.express, default: 'on' } })}\n`);
    const deploy = (overwrite: boolean) =>
      changeFlags({ stage: 'prod', regions: [regions[2]], atOnce: false, overwrite, tasks: silentTaskList(), path });

    await expect(deploy(false)).rejects.toThrow(
      /three serves express as off.*or add --overwrite if it is the newest, for example because three was away: then what it says holds in three$/s,
    );
    await deploy(true);

    expect(diary).toEqual(['three gradually']);
  });

  it('shows the variants when those are what differs', async () => {
    const { regions, change } = setUp();
    const variants = { on: true, off: false, never: false };
    const { type } = file.express;
    regions[0].serve(JSON.stringify({ version: 1, flags: { express: { type, variants, state: { variant: 'off' } } } }));

    await expect(change()).rejects.toThrow(
      'one serves express as off (false) of {"on":true,"off":false,"never":false}, the file has off (false) of {"on":true,"off":false}',
    );
  });

  it('goes on with a change that has reached some of the regions', async () => {
    const { diary, regions, change } = setUp();
    regions[0].serve(after);

    await change();

    expect(diary).toEqual(['two gradually', 'three gradually']);
  });

  it('names the region whose flags it cannot read', async () => {
    const { regions, change } = setUp();
    regions[2].serve('{"version": 2}');

    await expect(change()).rejects.toThrow(/three serves flags that this clone cannot read: .*version.*--overwrite/s);
  });
});

describe('a region that is dark', () => {
  it('is named before anything begins, with the way to reach the others', async () => {
    const { diary, regions, change, kept } = setUp();
    regions[1].state = () => Promise.reject(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));

    await expect(change(true)).rejects.toThrow(
      'two does not answer (no route); for the others: --region one, --region three',
    );

    expect([diary, kept()]).toEqual([[], text]);
  });

  it('is named when all that is silent there is what knows of alarms', async () => {
    const { diary, regions, change, kept } = setUp();
    regions[2].obstacles = () => Promise.reject(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));

    await expect(change()).rejects.toThrow(
      'three does not answer (no route); for the others: --region one, --region two',
    );

    expect([diary, kept()]).toEqual([[], text]);
  });
});

describe('a file that is edited while its flags are deployed', () => {
  it('is left as it is when they are rolled back, and it is said what is still in it', async () => {
    const { regions, path, change, kept } = setUp();
    regions[1].fails = true;
    const edited = JSON.stringify({ ...file, another: file.express });
    const { obstacles } = regions[0];
    // The file is written by now.
    regions[0].obstacles = async () => {
      writeFileSync(path, edited);
      return obstacles();
    };

    await expect(change()).rejects.toThrow(/was edited meanwhile.*express/);

    expect(kept()).toBe(edited);
  });
});

describe('a deployment that is under way in a region', () => {
  const somebodyElses = { number: 7, text: textWith({ variant: 'off', clients: { on: ['a'] } }) };

  it('lets no gradual one begin anywhere', async () => {
    const { diary, regions, change, kept } = setUp();
    regions[2].begun = somebodyElses;

    await expect(change()).rejects.toThrow('nothing was deployed: three: deployment 7 is under way');

    expect([diary, kept()]).toEqual([[], text]);
  });

  it('is stopped by one at once', async () => {
    const { diary, regions, change } = setUp();
    regions[1].begun = somebodyElses;

    await change(true);

    expect(diary).toEqual(['one at once', 'two put back', 'two at once', 'three at once']);
  });

  it('is stopped by one at once that has the same flags: those have not reached everybody', async () => {
    const { diary, regions, change } = setUp();
    regions[1].begun = { number: 7, text: after };

    await change(true);

    expect(diary).toEqual(['one at once', 'two put back', 'two at once', 'three at once']);
  });

  it('of the same flags is followed to its end before the next region begins: its command was killed', async () => {
    const { diary, regions, change } = setUp();
    regions[0].begun = { number: 7, text: after };

    await change();

    expect(diary).toEqual(['one followed', 'two gradually', 'three gradually']);
  });

  it('of the same flags is put back when a later region fails, and it is said which region keeps them', async () => {
    const { diary, regions, change } = setUp();
    regions[0].serve(after);
    regions[1].begun = { number: 7, text: after };
    regions[2].fails = true;

    await expect(change()).rejects.toThrow(/put back: two; had them before, and keeps them: one/);

    expect(diary).toEqual(['two followed', 'three gradually', 'two put back']);
  });

  it('that somebody else has begun and ended since the command began is not written over', async () => {
    const { diary, regions, change } = setUp();
    const { deploy } = regions[0];
    regions[0].deploy = async (text, options) => {
      regions[1].serve(somebodyElses.text);
      return deploy.call(regions[0], text, options);
    };

    await expect(change()).rejects.toThrow('two has got other flags meanwhile, by deployment 2; put back: one');

    expect(diary).toEqual(['one gradually', 'one put back']);
    expect(await deployedIn(regions[1])).toBe(somebodyElses.text);
  });

  it('of the same flags that is rolled back ends the command', async () => {
    const { diary, regions, change } = setUp();
    regions[0].begun = { number: 7, text: after };
    regions[0].fails = true;

    await expect(change()).rejects.toThrow('one has rolled the flags back');

    expect(diary).toEqual(['one followed']);
  });
});

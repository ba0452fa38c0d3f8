import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../local/paths';
import { FakeService } from '../../shared/fake-service';

interface Run {
  readonly code: number;
  readonly output: string;
}

/** A copy of the project with a history of its own. */
let copy = '';
const git = (...words: readonly string[]): string => execFileSync('git', ['-C', copy, ...words], { encoding: 'utf8' });

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'gate-run-'));
  for (const entry of [
    'bin',
    'config',
    'contracts',
    'lambdas',
    'lib',
    'local',
    'biome.json',
    'package.json',
    'tsconfig.json',
    '.gitignore',
  ])
    cpSync(join(projectRoot, entry), join(copy, entry), { recursive: true });
  for (const stage of ['local', 'dev', 'prod']) rmSync(join(copy, 'config', `${stage}.json`), { force: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
  git('init', '--quiet');
  // As a link, it is not what .gitignore means.
  appendFileSync(join(copy, '.git/info/exclude'), 'node_modules\n');
  commit();
});
afterAll(() => rmSync(copy, { recursive: true }));
afterEach(() => git('checkout', '--quiet', '.'));

const commit = (): void => {
  git('add', '--all');
  git(
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    'released',
  );
};

const edit = (file: string, from: string, to: string): void => {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  // A test whose edit did nothing would show nothing.
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
};

const gate = (...words: readonly string[]): Promise<Run> => gateAt({}, ...words);

/** @param place where AWS is */
const gateAt = (place: { readonly AWS_ENDPOINT_URL?: string }, ...words: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    const program = [join(projectRoot, 'node_modules/tsx/dist/cli.mjs'), join(copy, 'local/gate.ts'), ...words];
    const env = { PATH: process.env['PATH'] ?? '', HOME: copy, ...place };
    execFile(process.execPath, program, { cwd: copy, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });

it('lets a working tree go that is what was committed, and says what it was held against', async () => {
  edit('config/flags.json', 'Lower it while', 'Lower it as long as');

  const { code, output } = await gate();

  expect(output).toMatch(/the working tree, against HEAD \([0-9a-f]{7}\)/);
  expect(output).toContain('code    ✔ fits  ✔ fits  ✔ fits');
  expect(output).toContain('The release may go.');
  expect(code).toBe(0);
});

it('asks what it can when nothing was released before', async () => {
  const { code, output } = await gate();

  expect(output).toContain('not asked: there is no commit before this one, and --against names none');
  expect(output).toContain('The release may go.');
  expect(code).toBe(0);
});

it('refuses a skipped phase: what the commit serves does not write the new form yet', async () => {
  edit('lib/app/stages.ts', "order: { version: 3, phase: 'expand' }", "order: { version: 3, phase: 'contract' }");

  const { code, output } = await gate('--against', 'HEAD');

  expect(output).toContain('The release is refused: code × schema.');
  expect(output).toMatch(
    /what {3}order goes to "contract" in stage prod; HEAD \([0-9a-f]{7}\): reads 2 and 3 and writes 2/,
  );
  expect(output).toContain('where  config/prod.json: schemaPhases.order');
  expect(code).toBe(1);
});

it('does not guess which phase is deployed when the settings of the stage say another one than git', async () => {
  writeFileSync(
    join(copy, 'config/prod.json'),
    JSON.stringify({ schemaPhases: { order: { version: 3, phase: 'contract' } } }),
  );

  const { code, output } = await gate('--against', 'HEAD');
  rmSync(join(copy, 'config/prod.json'));

  expect(output).toContain('– what is served reads what the candidate writes, and writes what it reads');
  expect(output).toMatch(/not asked: prod: config\/prod\.json sets a phase, .* --stage prod asks the stage/);
  expect(code).toBe(0);
});

it('refuses a form without a way back, and tells programs so', async () => {
  edit(
    'lambdas/ordering/order-schema.ts',
    '  down: ({ shipTo, ...order }) => ({ ...order, shipTo: shippingAddressOf(shipTo) }),\n',
    '',
  );

  const { code, output } = await gate('--against', 'HEAD', '--json');

  const { mayBeReleased, pairs } = JSON.parse(output) as {
    readonly mayBeReleased: boolean;
    readonly pairs: readonly { readonly pair: string; readonly verdict: string }[];
  };
  expect(mayBeReleased).toBe(false);
  expect(pairs.filter(({ verdict }) => verdict === 'does not fit').map(({ pair }) => pair)).toEqual(['code × schema']);
  expect(output).toContain('version 2 of order has no down');
  expect(code).toBe(1);
});

it('refuses a flag that the commit reads and the working tree gives up, code and all', async () => {
  edit('lambdas/flags/flag-uses.contract.ts', '= [linesPerOrder]', '= []');
  edit('config/flags.json', readFileSync(join(copy, 'config/flags.json'), 'utf8'), '{}\n');

  const { code, output } = await gate('--against', 'HEAD');

  expect(output).toContain('The release is refused: code × flags.');
  expect(output).toMatch(/lines-per-order: not there; .* in HEAD \([0-9a-f]{7}\)/);
  expect(code).toBe(1);
});

it.each([
  [
    'flags × schema',
    () => {
      edit('lambdas/ordering/ordering-flags.contract.ts', 'default: 50,', 'default: 50,\n  needs: { order: 3 },');
      edit('config/flags.json', '"stages": {}', '"stages": { "prod": { "variant": "short" } }');
    },
    'config/flags.json: lines-per-order.stages.prod',
  ],
  [
    'flags × contracts',
    () => edit('config/flags.json', '"short": 20', '"long": 60'),
    'config/flags.json: lines-per-order.variants.long',
  ],
  [
    'schema × contracts',
    () => edit('lambdas/ordering/order.forms.ts', "currency: 'BRL'", "currency: 'real'"),
    'contracts/openapi/tenfold-v1.yaml: readOrder, answer 200',
  ],
])('names %s alone, and where it does not fit', async (pair, breakIt, where) => {
  breakIt();

  const { code, output } = await gate('--against', 'HEAD');

  expect(output).toContain(`The release is refused: ${pair}.`);
  expect(output).toContain(`where  ${where}`);
  expect(code).toBe(1);
});

it('holds the working tree against a tag, when there is one, and not against what came after it', async () => {
  git('tag', 'v1');
  edit('contracts/avro/ordering.OrderCancelled.v1.avsc', '"name": "customerId"', '"name": "customer"');
  commit();
  edit('config/flags.json', 'Lower it while', 'Lower it as long as');

  const { code, output } = await gate();

  expect(output).toMatch(/the working tree, against v1 \([0-9a-f]{7}\)/);
  expect(output).toContain('contracts/avro/events.ts was made of other contracts than there are');
  expect(output).toContain('The release is refused: code × contracts.');
  expect(code).toBe(1);
});

it.each([
  [['--against', 'no-such-tag'], '--against no-such-tag: expected a commit, a tag or a branch of this repository'],
  [['--stage', 'test'], 'no stage test; there are local, dev, prod'],
  [['now'], 'Unexpected argument'],
])('ends with 2 when it is called with %j', async (words, explanation) => {
  const { code, output } = await gate(...words);

  expect(output).toContain(explanation);
  expect(code).toBe(2);
});

it('does not open when it cannot read a contract of the working tree', async () => {
  edit('contracts/openapi/tenfold-v1.yaml', 'paths:', 'routes:');

  const { code, output } = await gate('--against', 'HEAD');

  expect(output).toContain('the working tree: contracts/openapi/tenfold-v1.yaml cannot be read');
  expect(code).toBe(1);
});

it('does not take a stage for served that cannot be asked', async () => {
  const { code, output } = await gate('--stage', 'local');

  expect(output).toContain('no local cloud is running');
  expect(code).toBe(1);
});

describe('a stage that is asked', () => {
  let service: FakeService | undefined;
  afterEach(() => service?.stop());

  const json = { 'content-type': 'application/x-amz-json-1.1' };
  const notThere = { status: 400, body: JSON.stringify({ __type: 'ParameterNotFound' }), headers: json };
  const refusal = (code: string, message: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

  const xml = { 'content-type': 'text/xml' };
  const callerIn = (account: string) =>
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  const noStack = { status: 400, body: refusal('ValidationError', 'Stack with id Tenfold-Local does not exist') };
  /** A stack, and when it is asked for its resources, none. */
  const anyStack = {
    status: 200,
    body: `<Response><DescribeStacksResult><Stacks><member><StackName>any</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
      </member></Stacks></DescribeStacksResult><ListStackResourcesResult></ListStackResourcesResult></Response>`,
  };

  /** Starts an AWS, without stacks if nothing else is said, in which a train has deployed revisions to regions. @returns what the gate finds it by */
  const deployed = async (
    revisions: { readonly [wave: string]: string },
    { account = '000000000000', stacks = noStack, without = 'no-region' } = {},
  ): Promise<{ readonly AWS_ENDPOINT_URL: string }> => {
    const records = Object.entries(revisions).map(([region, revision]) => [
      region,
      { digest: 'd', revision, deployedAt: '2026-11-26T10:00:00Z' },
    ]);
    const waves = JSON.stringify(Object.fromEntries(records));
    service = await FakeService.start((body) => {
      if (body.includes('GetCallerIdentity')) return { status: 200, body: callerIn(account), headers: xml };
      if (/DescribeStacks|ListStackResources/.test(body))
        return { ...(body.includes(`-${without}-`) ? noStack : stacks), headers: xml };
      if (records.length === 0 || !body.includes('/tenfold/local/train/waves')) return notThere;
      return { status: 200, body: JSON.stringify({ Parameter: { Value: waves } }), headers: json };
    });
    return { AWS_ENDPOINT_URL: service.endpoint };
  };

  it('is held against the commits that its train has recorded, whatever the last tag is', async () => {
    const older = git('rev-parse', 'HEAD').trim();
    commit();
    const newer = git('rev-parse', 'HEAD').trim();
    const place = await deployed({ 'us-east-1': newer, 'sa-east-1': older }, { stacks: anyStack });

    const { output } = await gateAt(place, '--stage', 'local');

    expect(output).toContain(
      `contracts of ${newer.slice(0, 7)} (in us-east-1) and ${older.slice(0, 7)} (in sa-east-1)\n\n`,
    );
  });

  it('is held against what --against names, when it does', async () => {
    const place = await deployed({ 'us-east-1': git('rev-parse', 'HEAD').trim() }, { stacks: anyStack });

    const { output } = await gateAt(place, '--stage', 'local', '--against', 'HEAD');

    expect(output).toMatch(/with the flag uses and contracts of HEAD \([0-9a-f]{7}\)/);
  });

  it('is held against the likely commit, which is said, when no train has recorded any', async () => {
    git('tag', '--force', 'v1');
    edit('config/flags.json', 'Lower it while', 'Lower it as long as');
    const place = await deployed({});

    const { output } = await gateAt(place, '--stage', 'local');

    expect(output).toMatch(/with the flag uses and contracts of v1 \([0-9a-f]{7}\)/);
    expect(output).toContain('! us-east-1: no train has recorded which commit it has');
    expect(output).toMatch(/! v1 \([0-9a-f]{7}\) is taken for what is served; --against names another commit/);
  });

  it('may have a region that no train has reached yet, which is said', async () => {
    const revisions = { 'us-east-1': git('rev-parse', 'HEAD').trim() };
    const place = await deployed(revisions, { stacks: anyStack, without: 'sa-east-1' });

    const { output } = await gateAt(place, '--stage', 'local');

    expect(output).toContain('against stage local in us-east-1 (nothing is deployed in sa-east-1 yet), with');
  });

  it('is not asked with credentials of another account', async () => {
    const place = await deployed({}, { account: '210987654321' });

    const { code, output } = await gateAt(place, '--stage', 'local');

    expect(output).toContain('stage local is in account 000000000000, and the credentials are of 210987654321');
    expect(code).toBe(1);
  });

  it('is not taken for nothing when it serves something and there is no commit to hold it against', async () => {
    const place = await deployed({}, { stacks: anyStack });
    renameSync(join(copy, '.git'), join(copy, '.git-away'));

    const { code, output } = await gateAt(place, '--stage', 'local');
    renameSync(join(copy, '.git-away'), join(copy, '.git'));

    expect(output).toContain(
      'stage local serves something, and which code that is cannot be told: there is no history',
    );
    expect(code).toBe(1);
  });
});

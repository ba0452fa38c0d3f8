import { accessTokens } from './access-token';
import { deployToEmulator, type EmulatorTarget } from './deployment/deploy-to-emulator';
import { readDeployedSources, writeDeployedSources } from './deployment/deployed-sources';
import { regionsOfStage, regionsOn } from './deployment/regions-of-stage';
import { sourceDigest } from './deployment/source-digest';
import { readStackOutputs, type StackOutputs, stackPrefix } from './deployment/stack-outputs';
import { type EmulatorControl, emulatorControl } from './emulator/emulator-control';
import { type EmulatorKind, emulatorKindAt } from './emulator/emulator-kind';
import { killEmulatorNow, launchEmulator, stopEmulator } from './emulator/emulator-process';
import { type EmulatorState, readEmulatorState } from './emulator/emulator-state';
import { executeApiUrlAt } from './emulator/execute-api-url';
import { choosePort } from './emulator/free-port';
import { exclusively } from './exclusive';
import { ensurePythonEnvironment } from './python/python-environment';
import { silentTaskList, type TaskList } from './terminal/task-list';

/** The store in one region of an emulator; also the place that SDK clients for this region are made for. */
export interface LocalRegion {
  readonly region: string;
  /** Where every AWS API of every region answers. */
  readonly endpoint: string;
  /** What the names of the region's stacks begin with: `Tenfold-Local-sa-east-1`. */
  readonly stackPrefix: string;
  readonly outputs: StackOutputs;
  /** Base of the store's API in this region, without a slash at its end; append `/v1/orders`. */
  readonly apiUrl: string;
  /**
   * A bearer token that may place, read and cancel orders, from the region's own identity provider; it is good in all regions, and the
   * same one for as long as it is good.
   */
  token(): Promise<string>;
}

/** The store, deployed to an emulator. What it says of a region is about the primary one. */
export interface LocalCloud extends LocalRegion {
  readonly kind: EmulatorKind;
  /** Every region that the store is deployed to, the primary one first. */
  readonly regions: readonly [LocalRegion, ...(readonly LocalRegion[])];
  /** Makes regions dark, and replication between them slow or cut; only the embedded emulator can. */
  readonly control: EmulatorControl;
  /** Process of the emulator, when this checkout has started it. */
  readonly emulatorPid?: number;
  /** Whether `stop` ends the emulator: this call has started it. */
  readonly ours: boolean;
  /** Resolves when the emulator that this call has started has ended, whoever ended it; never for another one. */
  readonly ended: Promise<void>;
  /** Ends the emulator and all its functions if this call has started it. May be called twice. */
  stop(): Promise<void>;
}

/** How the local cloud is wanted. */
export interface LocalCloudOptions {
  /** Port of the emulator; only for one that is to be started. @default a free one */
  readonly port?: number;
  /** Shows what is being done. @default nothing is shown */
  readonly tasks?: TaskList;
}

interface Found {
  readonly target: EmulatorTarget;
  readonly stop: () => Promise<void>;
  readonly ours: boolean;
  /** The emulator's process, once it runs. */
  running(): EmulatorState | undefined;
  readonly ended: Promise<void>;
}

const nothingToStop = async (): Promise<void> => undefined;
const never = new Promise<void>(() => undefined);

const find = async (options: LocalCloudOptions): Promise<Found> => {
  const wanted = await regionsOfStage('local');
  const given = process.env['AWS_ENDPOINT_URL'];
  if (given !== undefined && given !== '') {
    const endpoint = given.replace(/\/$/, '');
    const kind = await emulatorKindAt(endpoint);
    const target = { endpoint, regions: await regionsOn(endpoint, wanted), kind };
    return { target, ours: false, ended: never, stop: nothingToStop, running: () => undefined };
  }
  const state = await readEmulatorState();
  if (state !== undefined) {
    const { endpoint } = state;
    const target: EmulatorTarget = { endpoint, regions: await regionsOn(endpoint, wanted), kind: 'ministack' };
    return { target, ours: false, ended: never, stop: nothingToStop, running: () => state };
  }
  const port = await choosePort(options.port);
  let running: EmulatorState | undefined;
  const { promise: ended, resolve: hasEnded } = Promise.withResolvers<undefined>();
  const killOnExit = (): void => {
    if (running !== undefined) killEmulatorNow(running);
  };
  process.once('exit', killOnExit);
  const bringUp: EmulatorTarget['bringUp'] = {
    title: 'start the emulator',
    work: async (note) => {
      await ensurePythonEnvironment(note);
      const launched = await launchEmulator(port, wanted[0]);
      running = launched.state;
      void launched.ended.then(() => hasEnded(undefined));
      note(`it answers on ${running.endpoint}, with IAM enforced`);
    },
  };
  return {
    target: { endpoint: `http://127.0.0.1:${port}`, regions: wanted, kind: 'ministack', bringUp },
    ours: true,
    ended,
    running: () => running,
    stop: async () => {
      process.off('exit', killOnExit);
      if (running !== undefined) await stopEmulator(running);
      running = undefined;
    },
  };
};

/**
 * The local cloud with today's sources deployed: the emulator at AWS_ENDPOINT_URL if that is set, else the one that this
 * checkout has running, else a new one. Deploying is skipped when the running one has the same sources.
 * @throws LocalCloudError with the cause and a fix; what was started is stopped by then
 */
export const ensureCloud = (options: LocalCloudOptions = {}): Promise<LocalCloud> =>
  exclusively('bring-up', () => bringUpCloud(options));

const regionOf = async (endpoint: string, kind: EmulatorKind, region: string): Promise<LocalRegion> => {
  const place = { endpoint, region };
  const prefix = stackPrefix('local', region);
  const outputs = await readStackOutputs(place, prefix);
  const apiUrl = executeApiUrlAt(endpoint, kind, outputs.get('GatewayService', 'ApiUrl'));
  return { ...place, stackPrefix: prefix, outputs, apiUrl, token: accessTokens(place, outputs) };
};

const bringUpCloud = async (options: LocalCloudOptions): Promise<LocalCloud> => {
  const { tasks = silentTaskList() } = options;
  const digest = await sourceDigest();
  const found = await find(options);
  const { endpoint, kind } = found.target;
  const [first, ...others] = found.target.regions;
  const place = { endpoint, region: first };
  try {
    // One that is yet to be started has nothing on it.
    const isCurrent = found.target.bringUp === undefined && (await readDeployedSources(place)) === digest;
    if (!isCurrent) {
      await deployToEmulator(found.target, tasks);
      await writeDeployedSources(place, digest);
    }
    const primary = await regionOf(endpoint, kind, first);
    const regions = [
      primary,
      ...(await Promise.all(others.map((region) => regionOf(endpoint, kind, region)))),
    ] as const;
    const running = found.running();
    return {
      ...primary,
      kind,
      regions,
      control: emulatorControl(endpoint),
      ours: found.ours,
      ended: found.ended,
      ...(running === undefined ? {} : { emulatorPid: running.pid }),
      stop: found.stop,
    };
  } catch (error) {
    await found.stop();
    throw error;
  }
};

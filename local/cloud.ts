import { accessTokens } from './access-token';
import { deployToEmulator, type EmulatorTarget } from './deployment/deploy-to-emulator';
import { readDeployedSources, writeDeployedSources } from './deployment/deployed-sources';
import { sourceDigest } from './deployment/source-digest';
import { readStackOutputs, type StackOutputs, stackPrefix } from './deployment/stack-outputs';
import { type EmulatorKind, emulatorKindAt } from './emulator/emulator-kind';
import { killEmulatorNow, launchEmulator, stopEmulator } from './emulator/emulator-process';
import { type EmulatorState, readEmulatorState } from './emulator/emulator-state';
import { executeApiUrlAt } from './emulator/execute-api-url';
import { choosePort } from './emulator/free-port';
import { exclusively } from './exclusive';
import { ensurePythonEnvironment } from './python/python-environment';
import { silentTaskList, type TaskList } from './terminal/task-list';

/** The store, deployed to an emulator. */
export interface LocalCloud {
  readonly kind: EmulatorKind;
  /** Where every AWS API answers. */
  readonly endpoint: string;
  readonly region: string;
  /** What the names of the stacks begin with: `Tenfold-Local-sa-east-1`. */
  readonly stackPrefix: string;
  readonly outputs: StackOutputs;
  /** Base of the store's API, without a slash at its end; append `/v1/orders`. */
  readonly apiUrl: string;
  /** Process of the emulator, when this checkout has started it. */
  readonly emulatorPid?: number;
  /** Whether `stop` ends the emulator: this call has started it. */
  readonly ours: boolean;
  /** A bearer token that may place, read and cancel orders; the same one for as long as it is good. */
  token(): Promise<string>;
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

/** The region of the local stage. */
export const LOCAL_REGION = 'sa-east-1';

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
  const region = LOCAL_REGION;
  const given = process.env['AWS_ENDPOINT_URL'];
  if (given !== undefined && given !== '') {
    const endpoint = given.replace(/\/$/, '');
    const kind = await emulatorKindAt(endpoint);
    const target = { endpoint, region, kind };
    return { target, ours: false, ended: never, stop: nothingToStop, running: () => undefined };
  }
  const state = await readEmulatorState();
  if (state !== undefined) {
    const target: EmulatorTarget = { endpoint: state.endpoint, region: state.region, kind: 'ministack' };
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
      const launched = await launchEmulator(port, region);
      running = launched.state;
      void launched.ended.then(() => hasEnded(undefined));
      note(`it answers on ${running.endpoint}, with IAM enforced`);
    },
  };
  return {
    target: { endpoint: `http://127.0.0.1:${port}`, region, kind: 'ministack', bringUp },
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

const bringUpCloud = async (options: LocalCloudOptions): Promise<LocalCloud> => {
  const { tasks = silentTaskList() } = options;
  const digest = await sourceDigest();
  const found = await find(options);
  const { endpoint, region, kind } = found.target;
  const place = { endpoint, region };
  try {
    const prefix = stackPrefix('local', region);
    // One that is yet to be started has nothing on it.
    const isCurrent = found.target.bringUp === undefined && (await readDeployedSources(place)) === digest;
    const outputs = isCurrent ? await readStackOutputs(place, prefix) : await deployToEmulator(found.target, tasks);
    if (!isCurrent) await writeDeployedSources(place, digest);
    const running = found.running();
    return {
      kind,
      endpoint,
      region,
      stackPrefix: prefix,
      outputs,
      apiUrl: executeApiUrlAt(endpoint, kind, outputs.get('GatewayService', 'ApiUrl')),
      ours: found.ours,
      ended: found.ended,
      ...(running === undefined ? {} : { emulatorPid: running.pid }),
      token: accessTokens(place, outputs),
      stop: found.stop,
    };
  } catch (error) {
    await found.stop();
    throw error;
  }
};

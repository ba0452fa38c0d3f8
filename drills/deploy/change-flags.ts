import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import { clientConfig } from '../../local/deployment/aws-clients';
import { AppConfigRegionFlags } from '../../local/flags/appconfig-region-flags';
import { changeFlags } from '../../local/flags/change-flags';
import { deployFlags } from '../../local/flags/deploy-flags';
import { FlagDeploymentError } from '../../local/flags/flags.errors';
import type { FlagsEdit } from '../../local/flags/flags-command';
import { flagsFile } from '../../local/flags/flags-source';
import { knownRegions } from '../../local/flags/known-region';
import { silentTaskList, type TaskList } from '../../local/terminal/task-list';
import { type DeployedSystem, MissingResourceError } from '../harness/deployed-system';
import { atMost, type Figure, none } from '../harness/figure';
import { shipTo } from '../harness/order-client';

const FLAG = 'lines-per-order';
/** More lines than the variant `short` lets pass, and fewer than `contract` does. */
const LINES = 21;
/** A poll is due after 15 s; what it brings holds from the request after the one that found it due. */
const POLL_SECONDS = 15;
const GIVE_UP_SECONDS = 45;
/** Answers in a row that have to agree: a region has several processes, and each has flags of its own. */
const ANSWERS = 5;

/** Names of what is counted. */
export const flagFigures = {
  reach: 'seconds until every region does what a flag says, once it is deployed',
  invalid: 'regions that took flags which code cannot read',
  kept: 'regions that kept a flag which an alarm rang about',
} as const;

const problem = z.object({ errors: z.array(z.object({ field: z.string() })).default([]) });

/** For what a region refuses an order of many lines: nobody sells its articles, so that it is refused in any case. */
const refusedField = async ({ cloud }: DeployedSystem): Promise<'lines' | 'articles' | 'something else'> => {
  const lines = Array.from({ length: LINES }, (_, at) => ({ sku: `NO-SUCH-${at}`, quantity: 1 }));
  const response = await fetch(`${cloud.apiUrl}/v1/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await cloud.token()}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ customerId: 'drill-flags', currency: 'BRL', lines, paymentMethod: 'pm_card', shipTo }),
    signal: AbortSignal.timeout(15_000),
  });
  const { data } = problem.safeParse(await response.json());
  const fields = data?.errors.map(({ field }) => field) ?? [];
  if (response.status !== 422 || fields.length === 0) return 'something else';
  return fields.includes('lines') ? 'lines' : 'articles';
};

/** Seconds until the first of the answers in a row by which every region says so. */
const secondsUntil = async (systems: readonly DeployedSystem[], wanted: 'lines' | 'articles'): Promise<number> => {
  const began = Date.now();
  const secondsOf = async (system: DeployedSystem): Promise<number> => {
    let since: number | undefined;
    for (let agreeing = 0; agreeing < ANSWERS; ) {
      const at = Date.now();
      if (at - began > GIVE_UP_SECONDS * 1000) return Number.POSITIVE_INFINITY;
      const isSo = (await refusedField(system)) === wanted;
      agreeing = isSo ? agreeing + 1 : 0;
      since = isSo ? (since ?? at) : undefined;
      await sleep(200);
    }
    return ((since ?? Date.now()) - began) / 1000;
  };
  return Math.max(...(await Promise.all(systems.map(secondsOf))));
};

/**
 * Rolls a flag out and takes it back; then deploys flags that code cannot read, and one that an alarm rings about.
 * @param onAlarm called when the alarm rings while the flag is under way
 */
export const changeFlagsUnderLoad = async (
  systems: readonly DeployedSystem[],
  onAlarm: () => void,
): Promise<readonly Figure[]> => {
  const last = systems.at(-1);
  if (last === undefined) throw new MissingResourceError('expected a region with flags');
  const directory = await mkdtemp(join(tmpdir(), 'tenfold-drill-'));
  const path = join(directory, 'flags.json');
  await copyFile(flagsFile, path);
  const regions = systems.map(({ cloud }) => new AppConfigRegionFlags(cloud, cloud.outputs));
  const change = (edit: FlagsEdit, tasks: TaskList = silentTaskList(), atOnce = false) =>
    changeFlags({ stage: 'local', regions, edit, atOnce, overwrite: atOnce, tasks, path });
  const deployed = async () => (await knownRegions(regions)).map(({ state }) => state.deployed);
  const outcome = async (work: Promise<void>): Promise<'taken' | 'refused'> => {
    try {
      await work;
      return 'taken';
    } catch (error) {
      if (error instanceof FlagDeploymentError) return 'refused';
      throw error;
    }
  };
  try {
    const text = await readFile(path, 'utf8');
    await change({ kind: 'set', flag: FLAG, variant: 'short' });
    const there = await secondsUntil(systems, 'lines');
    await change({ kind: 'clear', flag: FLAG });
    const gone = await secondsUntil(systems, 'articles');

    const before = await deployed();
    await outcome(
      deployFlags(await knownRegions(regions), JSON.stringify({ version: 1, flags: {} }), {
        atOnce: false,
        tasks: silentTaskList(),
      }),
    );
    const afterInvalid = await deployed();

    const alarm = alarmOf(last);
    const rung: Promise<unknown>[] = [];
    const ringing: TaskList = {
      ...silentTaskList(),
      inOrder: async (tasks) => {
        for (const { title, work } of tasks)
          await work(() => {
            // In the last region: the others have it by then, and have to give it back.
            if (rung.length > 0 || !title.endsWith(last.cloud.region)) return;
            rung.push(alarm('ALARM'));
            onAlarm();
          });
      },
    };
    const bad = await outcome(change({ kind: 'set', flag: FLAG, variant: 'short' }, ringing));
    await Promise.all(rung);
    const afterBad = await deployed();
    await alarm('OK');
    const isPutBack = bad === 'refused' && (await readFile(path, 'utf8')) === text;

    const differing = (now: readonly (string | undefined)[]) =>
      systems.filter((_, at) => now[at] !== before[at]).map(({ cloud }) => cloud.region);
    return [
      // The request that finds a poll due is answered by the flags before it.
      atMost(flagFigures.reach, Math.max(there, gone), POLL_SECONDS + 2, 's'),
      none(flagFigures.invalid, differing(afterInvalid)),
      none(flagFigures.kept, [...differing(afterBad), ...(isPutBack ? [] : ['the file of flags'])]),
    ];
  } finally {
    await change({ kind: 'clear', flag: FLAG }, silentTaskList(), true);
    await rm(directory, { recursive: true, force: true });
  }
};

/** Sets the first of the alarms that roll flags back. */
const alarmOf = ({ cloud }: DeployedSystem) => {
  const client = new CloudWatchClient(clientConfig(cloud));
  const [arn = ''] = cloud.outputs.get('FlagsService', 'MonitoredAlarms').split(',');
  const AlarmName = arn.split(':alarm:')[1];
  return (StateValue: 'ALARM' | 'OK') =>
    client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a drill' }));
};

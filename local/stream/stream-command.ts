import { parseArgs } from 'node:util';
import { generationName, type ReplayRequest, replayRequest } from '../../lambdas/shared/stream-request.contract';
import { messageOf } from '../message-of';
import { consumerNamed, type NamedConsumer, type StreamLabel, streamConsumers, streams } from './stream-names';

/** What an operator asks of the logs and their consumers. */
export type StreamCommand =
  | { readonly kind: 'lag' | 'parked' | 'drain'; readonly consumers: readonly NamedConsumer[] }
  | { readonly kind: 'replay'; readonly consumer: NamedConsumer; readonly replay: ReplayRequest }
  | { readonly kind: 'promote'; readonly consumer: NamedConsumer; readonly generation: string }
  | {
      readonly kind: 'reshard';
      readonly stream: StreamLabel;
      readonly how: 'split' | 'merge';
      /** @default the one with the widest part of the keys to split, or the narrowest neighbours to merge */
      readonly shardId?: string;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** A command, and the deployment that it is about. */
export interface StreamCommandRequest {
  readonly command: StreamCommand;
  readonly stage: string;
  /** @default the stage's first region */
  readonly region?: string;
}

/** Shown for `--help` and after a mistake. */
export const STREAM_USAGE = `usage: npm run stream -- <command> [--stage local|dev|prod] [--region <region>]

  lag [consumer]            how far each consumer is behind the end of each shard, and how many entities wait for a missing event
  parked [consumer]         entities that wait for a missing event, and cases that wait for an operator; ends with 1 when there are any
  drain [consumer]          has consumers look for what is missing now and not within the minute, and redrives their cases
  replay <consumer> --into <generation>
                            reads the log again into a new version of what the consumer has made, beside the one that is shown
    --from <where>            horizon (default): the oldest event that the log has; checkpoint: where this replay was left;
                              a time such as 2026-11-26T08:00:00Z; or <shard>:<sequence number>
    --until <time>            not what arrived after that
  promote <consumer> <generation>
                            shows that version from now on, and goes on with it
  reshard <log> split|merge [shard]
                            splits a shard in half, or merges it with its neighbour, while events come in; without a shard the widest, or the
                            narrowest. A number of shards that is to stay belongs into config/<stage>.json, too: activity.shards

consumers: ${streamConsumers.map(({ consumer }) => consumer.replace('activity.', '')).join(', ')}; logs: ${Object.keys(streams).join(', ')}
`;

const stages = ['local', 'dev', 'prod'] as const;

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  help: { type: 'boolean' },
  into: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
} as const;

interface ReplayOptions {
  readonly into?: string;
  readonly from?: string;
  readonly until?: string;
}

const mistake = (explanation: string): StreamCommand => ({ kind: 'mistake', explanation });

const known = `expected one of ${streamConsumers.map(({ consumer }) => consumer).join(', ')}`;

const aboutConsumers = (kind: 'lag' | 'parked' | 'drain', name: string | undefined): StreamCommand => {
  if (name === undefined) return { kind, consumers: streamConsumers };
  const consumer = consumerNamed(name);
  return consumer ? { kind, consumers: [consumer] } : mistake(`no consumer ${name}; ${known}`);
};

const fromOf = (text: string): unknown => {
  if (text === 'horizon' || text === 'checkpoint') return text;
  const [, shardId, sequenceNumber] = /^([A-Za-z][\w.-]*):(\d+)$/.exec(text) ?? [];
  return shardId === undefined ? { time: text } : { shardId, sequenceNumber };
};

const replayOf = (name: string | undefined, { into, from = 'horizon', until }: ReplayOptions): StreamCommand => {
  const consumer = name === undefined ? undefined : consumerNamed(name);
  if (consumer === undefined) return mistake(`replay needs a consumer; ${known}`);
  if (into === undefined) return mistake('replay needs --into <generation>, for example --into v2');
  const request = { replay: { from: fromOf(from), into, ...(until !== undefined && { until }) } };
  const parsed = replayRequest.safeParse(request);
  if (parsed.success) return { kind: 'replay', consumer, replay: parsed.data.replay };
  const [field = ''] = parsed.error.issues.map(({ path }) => String(path[1] ?? ''));
  const expected: { readonly [field: string]: string } = {
    from: 'horizon, checkpoint, a time such as 2026-11-26T08:00:00Z, or <shard>:<sequence number>',
    into: 'lower-case letters, digits and "-", beginning with a letter',
    until: 'a time such as 2026-11-26T08:00:00Z',
  };
  const given: { readonly [field: string]: string | undefined } = { from, into, until };
  return mistake(`--${field} is ${given[field] ?? 'missing'}; expected ${expected[field] ?? 'something else'}`);
};

const promoteOf = (name: string | undefined, generation: string | undefined): StreamCommand => {
  const consumer = name === undefined ? undefined : consumerNamed(name);
  if (consumer === undefined) return mistake(`promote needs a consumer; ${known}`);
  if (!generationName.safeParse(generation).success || generation === undefined)
    return mistake(`promote needs a generation such as v2, not ${generation ?? 'none'}`);
  return { kind: 'promote', consumer, generation };
};

const isStream = (name: string | undefined): name is StreamLabel => name !== undefined && name in streams;

const reshardOf = (stream: string | undefined, how: string | undefined, shardId: string | undefined): StreamCommand => {
  if (!isStream(stream)) return mistake(`reshard needs a log; expected one of ${Object.keys(streams).join(', ')}`);
  if (how !== 'split' && how !== 'merge') return mistake(`reshard ${stream} split, or reshard ${stream} merge`);
  if (stream === 'stock-movements')
    return mistake('stock-movements has one shard for ever: it keeps the order of all events');
  return { kind: 'reshard', stream, how, ...(shardId !== undefined && { shardId }) };
};

const words: { readonly [command: string]: number } = {
  lag: 1,
  parked: 1,
  drain: 1,
  replay: 1,
  promote: 2,
  reshard: 3,
};

const readCommand = ([name, ...rest]: readonly string[], details: ReplayOptions): StreamCommand => {
  if (name === undefined) return { kind: 'help' };
  const most = words[name];
  if (most === undefined) return mistake(`unknown command: ${name}`);
  if (rest.length > most) return mistake(`too much: ${rest.slice(most).join(' ')}`);
  const [stray] = Object.keys(details);
  if (stray !== undefined && name !== 'replay') return mistake(`${name} takes no --${stray}`);
  switch (name) {
    case 'replay':
      return replayOf(rest[0], details);
    case 'promote':
      return promoteOf(rest[0], rest[1]);
    case 'reshard':
      return reshardOf(rest[0], rest[1], rest[2]);
    case 'parked':
    case 'drain':
      return aboutConsumers(name, rest[0]);
    default:
      return aboutConsumers('lag', rest[0]);
  }
};

/** Reads the command line of `npm run stream`. */
export const parseStreamRequest = (line: readonly string[]): StreamCommandRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...line], options, allowPositionals: true });
    const { stage: named = 'local', region, help, ...details } = values;
    const stage = stages.find((one) => one === named);
    if (stage === undefined)
      return { command: mistake(`no stage ${named}; there are ${stages.join(', ')}`), stage: 'local' };
    const command: StreamCommand = help === true ? { kind: 'help' } : readCommand(positionals, details);
    return { command, stage, ...(region !== undefined && { region }) };
  } catch (error) {
    return { command: mistake(messageOf(error)), stage: 'local' };
  }
};

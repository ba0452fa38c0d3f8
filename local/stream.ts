import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
import { placeOfStage } from './operator/deployment-of-stage';
import { ParkedCases } from './operator/parked-cases';
import { isStillOpen, redriveAll } from './operator/redrive-all';
import { caseTable } from './operator/show-cases';
import { redriveProgress, redriveSummary } from './operator/show-redrive';
import { ConsumerFunction } from './stream/consumer-function';
import { driveReplay, replayLine } from './stream/replay-run';
import { reshardStream } from './stream/reshard-stream';
import { lagTable } from './stream/show-lag';
import { ReshardError, StreamRequestError } from './stream/stream.errors';
import { parseStreamRequest, STREAM_USAGE } from './stream/stream-command';
import { type NamedConsumer, streams } from './stream/stream-names';
import { waitingEntities, waitingTable } from './stream/waiting-entities';
import { runCommand } from './terminal/run-command';
import { StatusLine } from './terminal/status-line';
import { taskListOn } from './terminal/task-list';

/** `npm run stream`: how far the consumers of the logs are, what waits, and the log read again. */
const main = async (): Promise<number> => {
  const { command, stage, region } = parseStreamRequest(process.argv.slice(2));
  if (command.kind === 'help' || command.kind === 'mistake') {
    if (command.kind === 'mistake') console.error(`${command.explanation}\n`);
    console.log(STREAM_USAGE);
    return command.kind === 'help' ? 0 : 2;
  }
  const place = await placeOfStage(stage, region);
  const outputs = await readStackOutputs(place, stackPrefix(stage, place.region));
  const functionOf = ({ consumer, functionOutput }: NamedConsumer) =>
    new ConsumerFunction(place, consumer, outputs.get('ActivityService', functionOutput));
  const casesOf = async (consumers: readonly NamedConsumer[]) => {
    const desk = new ParkedCases(place, outputs);
    const names = consumers.map(({ consumer }) => consumer);
    return { desk, names, cases: (await desk.open()).filter(({ consumer = '' }) => names.includes(consumer)) };
  };
  const gapsOf = (names: readonly string[]) => waitingEntities(place, outputs.get('ActivityData', 'TableName'), names);

  switch (command.kind) {
    case 'lag': {
      const lags = command.consumers
        .map(functionOf)
        .map(async (one) => ({ consumer: one.consumer, answer: await one.lag() }));
      console.log(lagTable(await Promise.all(lags)));
      return 0;
    }
    case 'parked': {
      const { names, cases } = await casesOf(command.consumers);
      const gaps = await gapsOf(names);
      console.log(waitingTable(gaps));
      console.log(caseTable(cases));
      return gaps.length + cases.length > 0 ? 1 : 0;
    }
    case 'drain': {
      for (const one of command.consumers.map(functionOf)) {
        const { gaps, filled, parked, left } = (await one.fillGaps()).fillGaps;
        console.log(
          `${one.consumer}: ${gaps} gaps, ${filled} filled from the log, ${parked} parked, ${left} left for later`,
        );
      }
      const { desk, names, cases } = await casesOf(command.consumers);
      let done = 0;
      const ended = await redriveAll(cases, desk, (one) => {
        done += 1;
        console.log(redriveProgress(one, done, cases.length));
      });
      console.log(redriveSummary(ended));
      const gaps = await gapsOf(names);
      if (gaps.length > 0) console.log(waitingTable(gaps));
      return gaps.length > 0 || ended.some(isStillOpen) ? 1 : 0;
    }
    case 'replay': {
      const consumer = functionOf(command.consumer);
      const line = new StatusLine(process.stdout);
      const end = await driveReplay(
        command.replay,
        (request) => consumer.replay(request),
        (progress) => line.show(replayLine(progress)),
      );
      line.end(replayLine(end));
      const { into } = command.replay;
      console.log(
        `${into} is built beside what is shown; npm run stream -- promote ${consumer.consumer} ${into} shows it`,
      );
      return 0;
    }
    case 'promote': {
      const { promoted, before } = await functionOf(command.consumer).promote(command.generation);
      console.log(`${command.consumer.consumer} shows ${promoted} now, and ${before} before; ${before} stays as it is`);
      return 0;
    }
    case 'reshard': {
      const { stream, how, shardId } = command;
      const streamName = outputs.get('ActivityStreams', streams[stream]);
      const shards = await reshardStream(
        place,
        { streamName, how, ...(shardId !== undefined && { shardId }) },
        taskListOn(process.stdout),
      );
      console.log(`${shards.length} open shards: ${shards.join(', ')}`);
      return 0;
    }
  }
};

runCommand(main, [StreamRequestError, ReshardError]);

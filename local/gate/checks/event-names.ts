import { asked, type Check } from '../check';

/** Whether messages that code names by a text of its own have a contract. */
export const eventNames: Check = {
  pair: 'code × contracts',
  claim: 'every event that code names has a contract of that name and version',
  ask: ({ candidate: { events, writtenNames } }) => {
    const types = new Set(events.map(({ contract }) => contract.type));
    const commands = new Set(writtenNames.filter(({ isCommand }) => isCommand).map(({ name }) => name));
    return asked(
      writtenNames
        .filter(({ name }) => !types.has(name) && !commands.has(name))
        .map(({ name, file }) => ({
          what: `code names ${name}, and there is neither an event nor a command of that name`,
          where: file,
          fix: `name what there is, or write contracts/avro/${name}.avsc and npm run contracts:generate`,
        })),
    );
  },
};

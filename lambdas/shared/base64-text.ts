/** Room to decode into: a buffer for each text would be most of the work. Longer texts get one of their own. */
const room = Buffer.allocUnsafe(64 * 1_024);

/** The UTF-8 text that base64 stands for. */
export const textOfBase64 = (base64: string): string =>
  // What is decoded is shorter than what it is decoded from.
  base64.length > room.length
    ? Buffer.from(base64, 'base64').toString('utf8')
    : room.toString('utf8', 0, room.write(base64, 'base64'));

/** How far ahead of the consumer's clock an event may say it happened: a day. Clocks differ by seconds, and time zones mistaken for UTC by hours. */
const MAX_AHEAD_MS = 24 * 3_600_000;

/** RFC 3339 in UTC with milliseconds, as our producers write it: such texts sort as their times do, and need not be parsed for that. */
const SORTABLE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** What a consumer holds of the time that an event tells. */
export type TimeVerdict = 'fits' | 'no-time' | 'too-far-ahead';

/** The latest time that an event may tell; made once for the events of a batch. */
export class LatestTime {
  private readonly at: number;
  private readonly text: string;

  constructor(now: Date) {
    this.at = now.getTime() + MAX_AHEAD_MS;
    this.text = new Date(this.at).toISOString();
  }

  /** @param time as it stands in the event */
  judge(time: string): TimeVerdict {
    if (SORTABLE.test(time)) return time <= this.text ? 'fits' : 'too-far-ahead';
    const at = Date.parse(time);
    if (Number.isNaN(at)) return 'no-time';
    return at <= this.at ? 'fits' : 'too-far-ahead';
  }

  /** For people. */
  toString(): string {
    return this.text;
  }
}

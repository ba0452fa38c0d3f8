import type { TaskOutput } from './task-list';

/** Lines a second that are enough where none can be replaced: a log. */
const LOG_INTERVAL_MILLISECONDS = 5_000;

/** A line that says where work stands: replaced on a terminal, and repeated now and then anywhere else. */
export class StatusLine {
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly output: TaskOutput,
    private readonly now: () => number = Date.now,
  ) {}

  /** Shows where work stands. */
  show(text: string): void {
    if (this.output.isTTY === true) {
      this.output.write(`\r\u001b[K${text}`);
      return;
    }
    if (this.now() - this.#shownAt < LOG_INTERVAL_MILLISECONDS) return;
    this.#shownAt = this.now();
    this.output.write(`${text}\n`);
  }

  /** Shows the last word, which stays. */
  end(text: string): void {
    this.output.write(this.output.isTTY === true ? `\r\u001b[K${text}\n` : `${text}\n`);
  }
}

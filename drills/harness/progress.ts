/** Tells whoever is watching what a drill is doing. */
export interface Progress {
  /** Starts a named phase; the one before it is finished. */
  phase(title: string): void;
  /** Where the current phase stands, for example `1,200 of 2,600 sent`. Called as often as one likes. */
  update(detail: string): void;
  /** A line that stays. */
  note(line: string): void;
  /** Finishes the last phase. */
  end(): void;
}

/** The part of a stream that progress needs; `process.stdout` fits. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const PLAIN_INTERVAL_MILLISECONDS = 10_000;

/**
 * A task list: on a terminal the running phase is one line that is rewritten; elsewhere updates are plain lines, at most
 * one in ten seconds.
 * @param now milliseconds since any epoch
 */
export const taskListProgress = (output: ProgressOutput, now: () => number): Progress => {
  const onTerminal = output.isTTY === true;
  let current: { title: string; startedAt: number; detail: string; printedAt: number } | undefined;
  const clear = (): void => {
    if (onTerminal && current) output.write('\r\u001b[2K');
  };
  const draw = (): void => {
    if (!onTerminal || !current) return;
    const line = `  … ${current.title}${current.detail === '' ? '' : `: ${current.detail}`}`;
    output.write(`\r\u001b[2K${line.slice(0, (output.columns ?? 120) - 1)}`);
  };
  const finish = (): void => {
    if (!current) return;
    clear();
    const seconds = ((now() - current.startedAt) / 1000).toFixed(1);
    output.write(`  ✔ ${current.title}${current.detail === '' ? '' : `: ${current.detail}`} (${seconds} s)\n`);
    current = undefined;
  };
  return {
    phase: (title) => {
      finish();
      current = { title, startedAt: now(), detail: '', printedAt: now() };
      draw();
    },
    update: (detail) => {
      if (!current) return;
      current.detail = detail;
      if (onTerminal) draw();
      else if (now() - current.printedAt >= PLAIN_INTERVAL_MILLISECONDS) {
        current.printedAt = now();
        output.write(`  … ${current.title}: ${detail}\n`);
      }
    },
    note: (line) => {
      clear();
      output.write(`    ${line}\n`);
      draw();
    },
    end: finish,
  };
};

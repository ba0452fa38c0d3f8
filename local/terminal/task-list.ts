import { Listr } from 'listr2';

/** A piece of work with a name that people understand. */
export interface Task {
  readonly title: string;
  /** @param note shows where the work stands; may be called as often as one likes */
  readonly work: (note: (line: string) => void) => Promise<void>;
}

/** Shows what is being done. */
export interface TaskList {
  /** Does the tasks one after the other and stops at the first that fails, with its error. */
  readonly inOrder: (tasks: readonly Task[]) => Promise<void>;
  /** Does the tasks at the same time and fails with the first error once all have ended. */
  readonly together: (tasks: readonly Task[]) => Promise<void>;
}

/** Where a task list is shown; `process.stdout` fits. */
export interface TaskOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const allOf = async (works: readonly Promise<void>[]): Promise<void> => {
  for (const outcome of await Promise.allSettled(works)) if (outcome.status === 'rejected') throw outcome.reason;
};

const animated = (): TaskList => {
  const show = (tasks: readonly Task[], concurrent: boolean): Promise<void> =>
    new Listr(
      tasks.map(({ title, work }) => ({
        title,
        task: async (_context, shown) => {
          const startedAt = Date.now();
          await work((line) => {
            shown.output = line;
          });
          shown.title = `${title} (${seconds(Date.now() - startedAt)})`;
        },
        rendererOptions: { bottomBar: false, persistentOutput: true, outputBar: Number.POSITIVE_INFINITY },
      })),
      {
        concurrent,
        exitOnError: !concurrent,
        registerSignalListeners: false,
        rendererOptions: { collapseErrors: false, showErrorMessage: false },
      },
    ).run();
  const settle = async (tasks: readonly Task[]): Promise<void> => {
    // Listr stops drawing at the first error; the others go on behind it, so they are awaited here.
    const works: Promise<void>[] = [];
    const tracked = tasks.map(({ title, work }): Task => {
      return {
        title,
        work: (note) => {
          const running = work(note);
          works.push(running);
          return running;
        },
      };
    });
    await show(tracked, true).catch(() => undefined);
    await allOf(works);
  };
  return { inOrder: (tasks) => show(tasks, false), together: settle };
};

const plain = (output: TaskOutput): TaskList => {
  const run = async ({ title, work }: Task): Promise<void> => {
    const startedAt = Date.now();
    output.write(`… ${title}\n`);
    try {
      await work((line) => output.write(`  ${line}\n`));
      output.write(`✔ ${title} (${seconds(Date.now() - startedAt)})\n`);
    } catch (error) {
      output.write(`✖ ${title} (${seconds(Date.now() - startedAt)})\n`);
      throw error;
    }
  };
  return {
    inOrder: async (tasks) => {
      for (const task of tasks) await run(task);
    },
    together: (tasks) => allOf(tasks.map(run)),
  };
};

const silent: TaskList = {
  inOrder: async (tasks) => {
    for (const { work } of tasks) await work(() => undefined);
  },
  together: (tasks) => allOf(tasks.map(({ work }) => work(() => undefined))),
};

/** A task list that is redrawn on a terminal, and plain lines anywhere else. */
export const taskListOn = (output: TaskOutput): TaskList => (output.isTTY === true ? animated() : plain(output));

/** Shows nothing: for programs that use the local cloud and have their own output. */
export const silentTaskList = (): TaskList => silent;

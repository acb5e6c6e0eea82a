import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command, FlowController, Logger } from 'concurrently';
import { forgetProcess } from './servers/leftovers.ts';

const restartDelay = 500;
const stopWithin = 12_000;
/** How long a watched process may be silent, and how often it is asked, in ms. */
const silentWithin = 10_000;
const lookEvery = 2_000;

/** A flow controller of concurrently: its own restarts give up when a process ends without an error. */
export class KeepRunning implements FlowController {
  readonly #logger: Logger;
  readonly #folder: string;
  readonly #startWithin: number;
  #commands: Command[] = [];
  #stopping = false;

  /**
   * @param folder where the running processes are noted
   * @param startWithin how long one may take to start, in ms
   */
  constructor(logger: Logger, folder: string, startWithin: number) {
    this.#logger = logger;
    this.#folder = folder;
    this.#startWithin = startWithin;
  }

  handle(commands: Command[]): { commands: Command[] } {
    this.#commands = commands;
    for (const command of commands) {
      command.close.subscribe(async ({ exitCode }) => {
        forgetProcess(join(this.#folder, command.name));
        endGroup(command.pid);
        if (this.#stopping) return;
        this.#logger.logCommandEvent(`ended (${exitCode}); starting it again`, command);
        await delay(restartDelay);
        if (!this.#stopping) command.start();
      });
    }
    return { commands };
  }

  /** Kills the process when it runs, but has not answered 200 at `url` for a while; its end starts it again. */
  watch(command: Command, url: string | undefined): void {
    if (url === undefined) return;
    let deadline = Date.now() + silentWithin;
    command.close.subscribe(() => (deadline = Date.now() + restartDelay + this.#startWithin));
    const look = async () => {
      for (; !this.#stopping; await delay(lookEvery)) {
        if (await answers(url)) deadline = Date.now() + silentWithin;
        if (Date.now() < deadline || command.state !== 'started' || this.#stopping) continue;
        this.#logger.logCommandEvent('answers no longer', command);
        endGroup(command.pid);
      }
    };
    void look();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#commands.map(stopCommand));
  }

  kill(): void {
    this.#stopping = true;
    for (const { pid } of this.#commands) endGroup(pid);
  }
}

async function stopCommand(command: Command): Promise<void> {
  if (command.state !== 'started') return;
  const ended = new Promise<void>((resolve) => {
    command.close.subscribe(() => resolve());
  });
  signal(command, 'SIGTERM');
  const timer = setTimeout(() => signal(command, 'SIGKILL'), stopWithin);
  await ended;
  clearTimeout(timer);
}

/** What a process has started in its turn (wrangler: workerd) does not outlive it, and keeps no port from the next one. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It left nothing behind.
  }
}

function signal(command: Command, name: NodeJS.Signals): void {
  try {
    command.kill(name);
  } catch {
    // It has just ended by itself.
  }
}

/** Whether a GET is answered with a status of success, within five seconds. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, createConcurrently, Logger } from 'concurrently';
import { checkout } from './folder.ts';
import { answers, KeepRunning } from './keep-running.ts';
import { Problem } from './problem.ts';
import { PortTaken } from './servers/background.ts';
import { endingWithUs, noteProcess } from './servers/leftovers.ts';
import { ShowOutput } from './show-output.ts';

export type ProcessPlan = {
  /** Stands before each line that it prints: "chat-1". */
  name: string;
  program: string;
  arguments: readonly string[];
  environment: Record<string, string>;
  /** Answers 200 once the process is ready. */
  readyUrl: string;
  /** Answers 200 as long as the process works: one that does not for a while is killed, and started again. */
  aliveUrl?: string;
  /** Makes what turns its output, as it comes, into what is shown; without it, all of it is. */
  readable?: () => (text: string) => string;
};

export type ProcessGroup = {
  /** Lets every process end in peace, and kills those that have not after a while. */
  stop(): Promise<void>;
  kill(): void;
};

const startWithin = 60_000;

/**
 * Runs processes of the product side by side, each line of their output behind their name, and starts again whichever
 * ends, or answers no longer. Returns when all are ready.
 *
 * @param folder where the running processes are noted
 * @throws PortTaken, or a Problem when one ends, or is not ready in time, at its first start
 */
export async function runProcesses(plans: readonly ProcessPlan[], folder: string): Promise<ProcessGroup> {
  const planNamed = new Map(plans.map((plan) => [plan.name, plan]));
  const logger = new Logger({ prefixFormat: 'name' });
  const keeper = new KeepRunning(logger, folder, startWithin);
  const { commands, result } = createConcurrently(
    plans.map(({ name, environment }) => ({ name, command: name, env: environment, cwd: checkout })),
    {
      logger,
      outputStream: process.stdout,
      prefixColors: ['cyan', 'green', 'yellow', 'magenta'],
      controllers: [new ShowOutput(logger, planNamed), keeper],
      spawn(name, options) {
        const plan = planNamed.get(name);
        if (plan === undefined) throw new Error(`No process is planned as ${name}.`);
        const words = [plan.program, ...plan.arguments];
        // A group of its own: a Ctrl-C at the terminal must not reach it before the front has stopped.
        const child = spawn(...endingWithUs(plan.program, plan.arguments), { ...options, detached: true });
        if (child.pid !== undefined) noteProcess(join(folder, name), child.pid, words);
        return child;
      },
      kill: (pid, signal) => process.kill(pid, signal),
    },
  );
  // It tells how all of them ended, which we learn from each.
  result.catch(() => {});
  const group = { stop: () => keeper.stop(), kill: () => keeper.kill() };
  try {
    await Promise.all(commands.map((command) => ready(command, planNamed.get(command.name)?.readyUrl ?? '')));
    for (const command of commands) keeper.watch(command, planNamed.get(command.name)?.aliveUrl);
    return group;
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function ready(command: Command, url: string): Promise<void> {
  const heard = { said: '', ended: false };
  const subscriptions = [
    command.stdout.subscribe((text) => (heard.said += text)),
    command.stderr.subscribe((text) => (heard.said += text)),
    command.close.subscribe(() => (heard.ended = true)),
    command.error.subscribe((error) => (heard.said += String(error))),
  ];
  try {
    for (const deadline = Date.now() + startWithin; !heard.ended && Date.now() < deadline; await delay(50)) {
      if (await answers(url)) return;
    }
    if (/EADDRINUSE|address already in use/i.test(heard.said))
      throw new PortTaken(`${command.name} found its port taken.`);
    throw new Problem(
      heard.ended
        ? `The process ${command.name} ended before it was ready. Its own words are above.`
        : `The process ${command.name} is not ready after a minute: ${url} does not answer 200.`,
    );
  } finally {
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
}

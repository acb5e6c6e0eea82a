import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkout } from '../../../local/folder.ts';
import { inheritedEnvironment } from '../../../local/inherited-environment.ts';
import { commandLineOf } from '../../../local/lock.mjs';
import { endingWithUs, groupOf } from '../../../local/servers/leftovers.ts';

/** What `npm run start:edge` started, as someone sees it who did. */
export interface StartedEdge {
  /** The address that it announces. */
  readonly origin: string;
  /** Everything that it printed. */
  readonly logFile: string;
  /** The processes that run now: wrangler, first, and those that it has started. */
  processes(): { pid: number; commandLine: string }[];
  /** Ctrl-C, then waits for the end. Gives the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Runs `npm run start:edge` on a data folder and servers that run already, and waits until it says that it is ready.
 *
 * @param folder also takes what it prints
 */
export async function startEdge(
  folder: string,
  port: number,
  servers: Record<'DATABASE_URL' | 'REDIS_URL', string>,
): Promise<StartedEdge> {
  const home = join(folder, 'home');
  const logFile = join(folder, `start-edge-${Date.now()}.log`);
  const child = spawn(...endingWithUs(process.execPath, ['local/start-edge.ts']), {
    cwd: checkout,
    env: {
      ...inheritedEnvironment(),
      ...servers,
      KINGBUS_HOME: home,
      KINGBUS_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'close') as Promise<[number | null]>;
  void ended.then(() => log.end());
  const failed = ended.then(([code]): never => {
    throw new Error(`start:edge ended with ${code} before it was ready:\n${readFileSync(logFile, 'utf8')}`);
  });
  failed.catch(() => {});
  return {
    origin: await Promise.race([announcedOrigin(createInterface({ input: child.stdout })), failed]),
    logFile,
    processes: () => processesIn(home),
    async stop() {
      child.kill('SIGINT');
      const [code] = await ended;
      return code;
    },
  };
}

async function announcedOrigin(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, origin] = /^KingBus runs .*(http:\S+)/u.exec(line) ?? [];
    if (origin !== undefined) return origin;
  }
  return new Promise(() => {});
}

/** wrangler leads a process group, which is noted in the data folder (local/processes.ts). */
function processesIn(home: string): { pid: number; commandLine: string }[] {
  const note = readFileSync(join(home, 'processes/edge/process.json'), 'utf8');
  const { pid: leader } = JSON.parse(note) as { pid: number };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => groupOf(pid) === leader)
    .map((pid) => ({ pid, commandLine: commandLineOf(pid) ?? '' }))
    .toSorted((left, right) => Number(right.pid === leader) - Number(left.pid === leader));
}

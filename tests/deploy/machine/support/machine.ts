import { createWriteStream, readFileSync, readlinkSync } from 'node:fs';
import { execa } from 'execa';
import { program } from '../../../../local/tools/tools.ts';

/** How long a machine may take to be up, and to be down, in milliseconds. */
const bootMs = 180_000;

export interface Ran {
  exitCode: number;
  /** What it printed, on both. */
  all: string;
}

/** A machine of its own: a real systemd as process 1, with its own processes, files, and a network of which it is the only one. */
export interface Machine {
  /** Its process 1, as this machine numbers it: its network is that of `/proc/PID/ns/net`. */
  leader: number;
  /** Runs a command in it, as root; what failed is the caller's to see. */
  try: (...command: string[]) => Promise<Ran>;
  /** The same; throws with what it printed where it fails. Gives what it printed. */
  run: (...command: string[]) => Promise<string>;
  /** Shuts it down as its power button does. */
  halt: () => Promise<void>;
}

/**
 * Boots a root, and waits until systemd has nothing more to start.
 *
 * @param console gets what the machine says while it boots
 */
export async function boot(root: string, name: string, console: string): Promise<Machine> {
  const settings = ['--register=no', '--keep-unit', '--private-network', `--directory=${root}`, `--machine=${name}`];
  // Real files of this machine's kernel that a container may not write to are none of its business.
  // Whatever ends this process, the machine is shut down.
  const watched = ['--pdeathsig', 'SIGTERM', program('systemd-nspawn'), ...settings, '--boot'];
  const nspawn = execa(program('setpriv'), watched, {
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  });
  nspawn.all.pipe(createWriteStream(console));
  let ended = false;
  const end = nspawn.then(() => (ended = true));
  const deadline = Date.now() + bootMs;
  const until = async <Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> => {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (ended || Date.now() > deadline) throw new Error(`${what}:\n${readFileSync(console, 'utf8').slice(-4000)}`);
      await new Promise((resolve) => void setTimeout(resolve, 200));
    }
  };
  const leader = await until('the machine did not start', () => leaderOf(nspawn.pid));
  const attempt = async (...command: string[]): Promise<Ran> => {
    const words = ['--target', String(leader), '--all', 'env', '-i', `PATH=${path}`, 'HOME=/root', 'LC_ALL=C.UTF-8'];
    const { exitCode = 1, all } = await execa(program('nsenter'), [...words, ...command], {
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 900_000,
    });
    return { exitCode, all };
  };
  const machine: Machine = {
    leader,
    try: attempt,
    async run(...command) {
      const { exitCode, all } = await attempt(...command);
      if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}:\n${all}`);
      return all;
    },
    async halt() {
      nspawn.kill('SIGTERM');
      await end;
    },
  };
  await until('the machine did not boot', async () => {
    // "degraded" is up too: what failed is the test's to see.
    const { all } = await attempt('systemctl', 'is-system-running', '--wait');
    return /^(?:running|degraded)$/mu.test(all) ? all : undefined;
  });
  return machine;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Process 1 of the machine: nspawn's child that numbers processes on its own. For a moment it has another, which makes that one. */
async function leaderOf(nspawn: number | undefined): Promise<number | undefined> {
  const { stdout } = await execa('ps', ['--ppid', String(nspawn), '-o', 'pid='], { reject: false });
  const children = stdout.split('\n').map(Number);
  return children.find((pid) => pid > 0 && ![undefined, numbersOf(process.pid)].includes(numbersOf(pid)));
}

/** Names the namespace of process numbers that a process is in; undefined once it has ended. */
function numbersOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

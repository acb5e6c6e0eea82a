import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Problem, problemWithOutput } from '../problem.ts';
import { findProgram } from './find.ts';

/** The servers that we run and what tests need besides, what Debian calls their packages, and how people call them. */
const tools = {
  mariadb: {
    title: 'MariaDB',
    programs: [['mariadbd'], ['mariadb-install-db']],
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    elsewhere: 'MariaDB 10.11 or later (mariadbd and mariadb-install-db)',
  },
  galera: {
    title: 'Galera',
    // Scripts that copy a database to a node that joins need the programs.
    programs: [['rsync'], ['lsof'], ['ss'], ['ps']],
    files: ['/usr/lib/galera/libgalera_smm.so'],
    packages: ['galera-4', 'rsync', 'lsof', 'iproute2', 'procps'],
    elsewhere: "Debian's galera-4, rsync and lsof",
  },
  dump: {
    title: "MariaDB's client programs",
    programs: [['mariadb-dump'], ['mariadb']],
    packages: ['mariadb-client'],
    elsewhere: "MariaDB's client programs (mariadb-dump and mariadb)",
  },
  redis: {
    title: 'Redis',
    programs: [['redis-server', 'valkey-server']],
    packages: ['redis-server'],
    elsewhere: 'Redis 6.2 or later (redis-server)',
  },
  caddy: {
    title: 'Caddy',
    programs: [['caddy']],
    packages: ['caddy'],
    elsewhere: 'Caddy 2.6 or later (caddy)',
  },
  apache: {
    title: 'Apache',
    programs: [['apache2', 'httpd']],
    packages: ['apache2-bin'],
    elsewhere: 'Apache httpd 2.4.47 or later (apache2 or httpd)',
  },
  chromium: {
    title: 'Chromium',
    // Without a window it draws the same pages with half of the work.
    programs: [['chromium-headless-shell', 'chromium']],
    packages: ['chromium-headless-shell', 'fonts-noto-cjk'],
    elsewhere: 'Chromium (chromium)',
  },
  systemd: {
    title: "systemd's tools",
    programs: [['systemd-notify'], ['systemd-socket-activate'], ['systemd-analyze']],
    packages: ['systemd'],
    elsewhere: 'systemd 252 or later (its programs alone; nothing of it has to run)',
  },
  shellcheck: {
    title: 'ShellCheck',
    programs: [['shellcheck']],
    packages: ['shellcheck'],
    elsewhere: 'ShellCheck (shellcheck)',
  },
  firewall: {
    title: 'nftables',
    programs: [['nft'], ['ip'], ['unshare'], ['nsenter']],
    packages: ['nftables', 'iproute2', 'util-linux'],
    elsewhere: 'nftables and iproute2 (nft and ip)',
  },
  machines: {
    title: 'systemd-nspawn and mmdebstrap',
    programs: [['systemd-nspawn'], ['mmdebstrap'], ['nsenter'], ['setpriv']],
    packages: ['systemd-container', 'mmdebstrap', 'util-linux'],
    elsewhere: 'a Debian with systemd-container and mmdebstrap',
  },
  prometheus: {
    title: 'Prometheus',
    programs: [['prometheus'], ['promtool']],
    packages: ['prometheus'],
    elsewhere: 'Prometheus 2.42 or later (prometheus and promtool)',
  },
  logrotate: {
    title: 'logrotate',
    programs: [['logrotate']],
    packages: ['logrotate'],
    elsewhere: 'logrotate (logrotate)',
  },
  websockets: {
    title: "Python's websockets",
    programs: [['python3']],
    files: ['/usr/lib/python3/dist-packages/websockets'],
    packages: ['python3-websockets'],
    elsewhere: "Debian's python3-websockets",
  },
  smtp: {
    title: 'aiosmtpd',
    programs: [['aiosmtpd']],
    packages: ['python3-aiosmtpd'],
    elsewhere: 'aiosmtpd 1.4 or later (aiosmtpd)',
  },
} as const satisfies Record<string, ToolDescription>;

interface ToolDescription {
  title: string;
  /** Names of each program that is needed: one of them has to be there. */
  programs: readonly (readonly string[])[];
  /** What no program shows. */
  files?: readonly string[];
  packages: readonly string[];
  elsewhere: string;
}

export type Tool = keyof typeof tools;

export function titleOf(tool: Tool): string {
  return tools[tool].title;
}

/** Whether the machine has every program and file of a tool. */
export function has(tool: Tool): boolean {
  const { programs, files = [] }: ToolDescription = tools[tool];
  return programs.every((names) => findProgram(...names) !== undefined) && files.every((file) => existsSync(file));
}

/** The full path of a program that an earlier installTools found or brought. */
export function program(...names: string[]): string {
  const found = findProgram(...names);
  if (found !== undefined) return found;
  throw new Problem(`${names.join(' or ')} is not installed on this machine.`);
}

/**
 * Sees that the machine has these tools, and installs those that it lacks where that is possible: with apt, as root or
 * through sudo.
 *
 * @param say prints one line of progress
 * @returns the tools that are still missing, with what to do about it
 */
export async function installTools(
  wanted: readonly Tool[],
  say: (line: string) => void,
): Promise<{ missing: Tool[]; advice: string }> {
  const lacking = () => wanted.filter((tool) => !has(tool));
  if (lacking().length === 0) return { missing: [], advice: '' };
  const packages = lacking().flatMap((tool) => tools[tool].packages);
  if (!isDebianLike()) {
    const names = lacking().map((tool) => tools[tool].elsewhere);
    return { missing: lacking(), advice: `Install ${inWords(names)} with your system's package manager.` };
  }
  const advice = `Install it by hand: sudo apt-get install --no-install-recommends ${packages.join(' ')}`;
  const asRoot = await commandForRoot();
  if (asRoot === undefined) return { missing: lacking(), advice };
  say(`Installing ${inWords(lacking().map(titleOf))} with apt (about a minute) …`);
  const script = join(import.meta.dirname, 'install-debian.sh');
  const [command, ...words] = [...asRoot, script, ...packages];
  const { all, failed, isTerminated } = await execa(command ?? script, words, {
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  if (isTerminated)
    throw new Problem('The installation was interrupted. Run the same command again: it goes on from here.');
  if (failed && lacking().includes('mariadb')) {
    throw problemWithOutput(`apt could not install ${packages.join(' ')}.`, all);
  }
  return { missing: lacking(), advice };
}

/** "MariaDB, Redis and Caddy" */
export function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function isDebianLike(): boolean {
  if (findProgram('apt-get') === undefined) return false;
  try {
    return /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** The words to put before a command so that it runs as root, or undefined where we may not. */
async function commandForRoot(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  if (findProgram('sudo') === undefined) return undefined;
  const { failed } = await execa('sudo', ['-n', 'true'], { reject: false, stdio: 'ignore' });
  if (!failed) return ['sudo', '-n'];
  // sudo asks for the password at the terminal itself.
  return process.stdin.isTTY ? ['sudo'] : undefined;
}

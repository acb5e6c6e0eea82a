import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa, execaSync } from 'execa';
import { program } from '../../../../local/tools/tools.ts';

/** What is kept between runs: a bare root in a file, and the packages that were fetched. Remove it to begin anew. */
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kingbus-machine');
const archives = join(cache, 'archives');

/** No more than a rented server has: a system that boots, names its network, and fetches packages over TLS. */
const bare = ['systemd', 'systemd-sysv', 'dbus', 'iproute2', 'curl', 'ca-certificates'];

/**
 * The root of a bare Debian in a new folder, from the sources that this machine has its own packages from.
 *
 * @returns the folder, and what removes it
 */
export async function makeRoot(): Promise<{ folder: string; remove: () => void }> {
  const base = await baseRoot();
  // What removes the folder of the run, whatever ends it, removes this.
  const folder = mkdtempSync(join(process.env['KINGBUS_TEST_HOME'] ?? tmpdir(), 'machine-'));
  await execa('tar', ['-x', '--numeric-owner', '-f', base, '-C', folder]);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function baseRoot(): Promise<string> {
  const file = join(cache, 'bookworm.tar');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  if (existsSync(file)) return file;
  const unfinished = `${file}.${process.pid}`;
  const words = ['--variant=minbase', '--format=tar', `--include=${bare.join(',')}`, 'bookworm', unfinished];
  await execa(program('mmdebstrap'), [...words, '/etc/apt/sources.list.d/debian.sources'], { timeout: 900_000 });
  renameSync(unfinished, file);
  return file;
}

/**
 * Runs a command in a root that is not booted, with this machine's network: as an image of a server is made. Packages that it
 * fetches are kept for the next.
 */
export async function runInRoot(folder: string, command: readonly string[]): Promise<string> {
  // What mmdebstrap left out to be small, apt needs to keep what it has fetched.
  const keep = join(folder, 'etc/apt/apt.conf.d/01keep');
  if (!existsSync(keep)) writeFileSync(keep, 'Binary::apt-get::APT::Keep-Downloaded-Packages "true";\n');
  const settings = ['--quiet', '--register=no', '--keep-unit', '--resolv-conf=copy-host', `--directory=${folder}`];
  const { all, failed } = await execa(
    program('systemd-nspawn'),
    [...settings, `--bind=${archives}:/var/cache/apt/archives`, '--', ...command],
    { all: true, reject: false, stdin: 'ignore', timeout: 900_000 },
  );
  if (failed) throw new Error(`${command.join(' ')} failed in the root:\n${all}`);
  return all;
}

/** Unpacks a release as an operator would, at /root. Gives its folder as the root sees it. */
export async function unpackRelease(folder: string, tarball: string): Promise<string> {
  const place = join(folder, 'root');
  cpSync(tarball, join(place, 'release.tar.gz'));
  await execa('tar', ['-xzf', 'release.tar.gz', '--no-same-owner'], { cwd: place });
  return `/root/${basename(tarball, '.tar.gz')}`;
}

/**
 * Makes another release of one that was unpacked: the same files under another version, and what `change` makes of them.
 *
 * @param change gets the folder of the tree
 * @returns its file as the root sees it
 */
export function copyRelease(
  folder: string,
  release: string,
  version: string,
  change: (tree: string) => void = () => {},
): string {
  const name = `kingbus-${version}`;
  const copy = join(folder, 'root', name);
  cpSync(join(folder, release), copy, { recursive: true });
  const about = join(copy, 'release.json');
  const text = readFileSync(about, 'utf8');
  writeFileSync(about, text.replace(/"version": ".*"/u, `"version": "${version}"`));
  // Its programs are made of their modules, whatever becomes of those.
  for (const file of globSync('adapters/node/*.bundle.js', { cwd: copy })) rmSync(join(copy, file));
  change(copy);
  execaSync('tar', ['-czf', `${name}.tar.gz`, name], { cwd: join(folder, 'root') });
  rmSync(copy, { recursive: true });
  return `/root/${name}.tar.gz`;
}

/** Breaks the tree of a release: its HTTP process does not start. */
export const breakRelease = (tree: string): void =>
  writeFileSync(join(tree, 'adapters/node/http.ts'), 'process.exit(1);\n');

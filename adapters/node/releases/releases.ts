import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { StartFault } from '../start-fault.ts';

const run = promisify(execFile);

/** Where releases lie, and the links `current` and `previous` among them (deploy/README.md). */
const home = '/srv/kingbus';

/** The version that a link names, or undefined where there is none. */
export function linked(name: 'current' | 'previous'): string | undefined {
  const link = join(home, name);
  return existsSync(link) ? basename(readlinkSync(link)) : undefined;
}

/**
 * Lays a release beside the others. Where a checksum lies beside its file (`….sha256`), it has to be right.
 *
 * @returns its version
 * @throws StartFault where the file is no whole release
 */
export async function unpack(tarball: string): Promise<string> {
  await checkSum(tarball);
  const work = join(home, 'releases/unpacking');
  rmSync(work, { recursive: true, force: true });
  try {
    await run('install', ['-d', '-m', '755', work]);
    await run('tar', ['-xzf', tarball, '-C', work, '--strip-components=1', '--no-same-owner']).catch(() => {
      throw new StartFault([`${tarball}: is no whole release`]);
    });
    const about = join(work, 'release.json');
    if (!existsSync(about)) throw new StartFault([`${tarball}: is no release of kingbus`]);
    const { version } = JSON.parse(readFileSync(about, 'utf8')) as { version: string };
    const place = join(home, 'releases', version);
    if (version !== linked('current')) {
      rmSync(place, { recursive: true, force: true });
      renameSync(work, place);
    }
    return version;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function checkSum(tarball: string): Promise<void> {
  if (!existsSync(tarball)) throw new StartFault([`${tarball}: there is no such file`]);
  if (!existsSync(`${tarball}.sha256`)) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(tarball), hash);
  const wanted = readFileSync(`${tarball}.sha256`, 'utf8').split(/\s/u)[0];
  if (hash.digest('hex') !== wanted) throw new StartFault([`${tarball}: its checksum is another`]);
}

/**
 * Has a release that lies there run: its own installer brings its units, migrates, moves the link, and restarts one process
 * after another, each when the one before is ready; then the front has to answer. What it says goes to the terminal.
 *
 * @returns whether all of it went well
 */
export async function activate(version: string): Promise<boolean> {
  const script = join(home, 'releases', version, 'deploy/install.sh');
  // Two at once would move the link under each other.
  const installer = spawn('flock', ['--nonblock', '/run/kingbus-deploy.lock', script], { stdio: ['ignore', 2, 2] });
  const [code] = (await once(installer, 'exit')) as [number | null];
  return code === 0;
}

/** Removes what is neither current nor previous. Gives the versions that went. */
export function forgetOlder(): string[] {
  const kept = new Set([linked('current'), linked('previous')]);
  const older = readdirSync(join(home, 'releases')).filter((version) => !kept.has(version));
  for (const version of older) rmSync(join(home, 'releases', version), { recursive: true, force: true });
  return older;
}

/** Removes a release that did not come up, which is nothing to go back to: `previous` is again what it was before. */
export function abandon(version: string, previous: string | undefined): void {
  const link = join(home, 'previous');
  rmSync(link, { force: true });
  if (previous !== undefined && previous !== version) symlinkSync(join('releases', previous), link);
  rmSync(join(home, 'releases', version), { recursive: true, force: true });
}

export const lies = (version: string): boolean => existsSync(join(home, 'releases', version, 'deploy/install.sh'));

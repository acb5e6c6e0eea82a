import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { program } from '../tools/tools.ts';

/** Where Debian and others put the library by which MariaDB's nodes speak to each other. */
const libraries = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'];

export function galeraLibrary(): string {
  const found = libraries.find((file) => existsSync(file));
  if (found === undefined) throw new Error('libgalera_smm.so is not installed on this machine.');
  return found;
}

/**
 * The scripts by which a node gives a copy of everything to one that joins, in a folder that mariadbd takes for its `--basedir`.
 * Debian has them in the package `mariadb-server`, which would start a service and make a database: it is unpacked, not
 * installed.
 *
 * @param folder where the unpacked package is kept between runs
 */
export async function galeraScripts(folder: string): Promise<string> {
  const base = join(folder, 'usr');
  if (existsSync(base)) return base;
  mkdirSync(dirname(folder), { recursive: true });
  const own = mkdtempSync(`${folder}-`);
  await execa('apt-get', ['download', '-q', 'mariadb-server'], { cwd: own });
  const archive = readdirSync(own).find((name) => name.endsWith('.deb')) ?? '';
  await execa('dpkg', ['-x', archive, '.'], { cwd: own });
  rmSync(join(own, archive));
  const rsync = join(own, 'usr/bin/rsync');
  writeFileSync(rsync, rsyncAsRoot(program('rsync')));
  chmodSync(rsync, 0o755);
  try {
    renameSync(own, folder);
  } catch (error) {
    // Another run was faster: one is as good as the other.
    if (!existsSync(base)) throw error;
    rmSync(own, { recursive: true, force: true });
  }
  return base;
}

/** A daemon that root starts serves as nobody, who may not write, unless its settings say otherwise. */
const rsyncAsRoot = (real: string): string => `#!/bin/sh
for word in "$@"; do
  case \${last-} in --config) [ "$(id -u)" != 0 ] || sed -i '1i uid = 0\\ngid = 0' "$word" ;; esac
  last=$word
done
exec ${real} "$@"
`;

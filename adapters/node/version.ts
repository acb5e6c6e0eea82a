import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds the product: a checkout, or an unpacked release. */
const home = join(import.meta.dirname, '../..');

export interface Version {
  /** That of a release, which names its commit as well where none is tagged; in a checkout, that of package.json. */
  version: string;
  /** What a release was made of (its release.json); undefined in a checkout, whose git knows. */
  commit: string | undefined;
}

/** What runs here. */
export function readVersion(folder = home): Version {
  const release = join(folder, 'release.json');
  const about = existsSync(release) ? release : join(folder, 'package.json');
  const { version, commit } = JSON.parse(readFileSync(about, 'utf8')) as Version;
  return { version, commit };
}

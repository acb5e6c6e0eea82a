import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds the product: a checkout, or an unpacked release. */
const home = join(import.meta.dirname, '../..');

export interface Version {
  /** That of package.json, its one source. */
  version: string;
  /** What a release was made of (its release.json); undefined in a checkout, whose git knows. */
  commit: string | undefined;
}

/** What runs here. */
export function readVersion(folder = home): Version {
  const { version } = readJson(join(folder, 'package.json')) as { version: string };
  const release = join(folder, 'release.json');
  const { commit } = (existsSync(release) ? readJson(release) : {}) as { commit?: string };
  return { version, commit };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

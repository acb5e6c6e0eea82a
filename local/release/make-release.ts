import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bundlePrograms } from './bundle.ts';
import { readCommit } from './commit.ts';
import type { ReleaseOptions } from './options.ts';
import { pack } from './pack.ts';
import { billOfMaterials } from './sbom.ts';
import { describeRelease, finishStage, stagePackages, stageTree } from './stage.ts';

export interface Release {
  version: string;
  /** Each a file. */
  tarball: string;
  checksum: string;
  sbom: string;
}

/**
 * Makes the release of a commit: the tree that a server needs, its packages, Node, and the bill of materials, in one file
 * whose bytes depend on the commit and the architecture alone. Beside it lie its checksum, for `sha256sum --check`, and
 * the bill again.
 *
 * @param say prints one line of progress
 * @throws Problem where git or npm cannot do their part
 */
export async function makeRelease(options: ReleaseOptions, say: (line: string) => void): Promise<Release> {
  const { architecture, folder } = options;
  const commit = await readCommit(options.commit);
  const name = `kingbus-${commit.version}-linux-${architecture}`;
  const work = mkdtempSync(join(tmpdir(), 'kingbus-release-'));
  try {
    const staged = join(work, name);
    say(`Laying out ${name} …`);
    await stageTree(staged, commit);
    await stagePackages(staged, architecture);
    await bundlePrograms(staged);
    const bill = await billOfMaterials(staged, commit, architecture);
    describeRelease(staged, commit, architecture, finishStage(staged, architecture));
    writeFileSync(join(staged, 'sbom.cdx.json'), bill);

    say('Packing …');
    mkdirSync(folder, { recursive: true });
    const tarball = join(folder, `${name}.tar.gz`);
    await pack(staged, tarball, commit.time);
    writeFileSync(join(folder, `${name}.cdx.json`), bill);
    writeFileSync(`${tarball}.sha256`, `${await sha256Of(tarball)}  ${basename(tarball)}\n`);
    return { version: commit.version, tarball, checksum: `${tarball}.sha256`, sbom: join(folder, `${name}.cdx.json`) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { problemWithOutput } from '../problem.ts';
import type { Wrangler } from './wrangler.ts';

export type Build = {
  /** The upload, as one file. */
  bundle: string;
  /** Bytes of all modules. */
  size: number;
  /** Bytes of all modules, gzipped as wrangler counts them. */
  gzipped: number;
};

/**
 * Builds what `wrangler deploy` with the same words would upload.
 *
 * @throws Problem when it does not build, or not without a warning
 */
export async function build(wrangler: Wrangler, words: string[], folder: string): Promise<Build> {
  const bundle = join(folder, 'worker.bundle');
  const modules = join(folder, 'modules');
  const { output, failed } = await wrangler.check(
    ['deploy', '--dry-run', ...words, `--outdir=${modules}`, `--outfile=${bundle}`],
    folder,
  );
  if (failed) throw problemWithOutput('The Worker does not build.', output);
  if (/\[(?:WARNING|ERROR)\]/u.test(output)) throw problemWithOutput('wrangler warns of the Worker.', output);
  const code = Buffer.concat(
    readdirSync(modules, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md' && !entry.name.endsWith('.map'))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name))),
  );
  return { bundle, size: code.byteLength, gzipped: gzipSync(code).byteLength };
}

import { join } from 'node:path';
import { build } from 'esbuild';
import { programs } from '../../adapters/node/start/programs.ts';

/**
 * Makes one file of each program of the tree in `folder`, beside what starts it, with its packages in it: to find and read a thousand modules
 * takes longer than all that they do before the first request. What several have in common is in files of its own. Not minified, so
 * that a stack says where.
 */
export async function bundlePrograms(folder: string): Promise<void> {
  await build({
    absWorkingDir: folder,
    entryPoints: Object.entries(programs).map(([name, { source }]) => ({
      in: join('adapters/node', source),
      out: name,
    })),
    outdir: 'adapters/node',
    // Beside the modules that look for files of the tree from where they are.
    outExtension: { '.js': '.bundle.js' },
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Binaries stay what they are; what only a terminal in development reads is not loaded on a server.
    external: ['@node-rs/argon2', 'pino-pretty', 'sharp'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
}

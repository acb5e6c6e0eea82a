import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../../local/folder.ts';
import { quietWrangler } from '../../../local/wrangler.ts';
import { testSettings } from './settings.ts';

const wrangler = createRequire(import.meta.url).resolve('wrangler');
const config = join(checkout, 'adapters/edge/wrangler.jsonc');

/**
 * The Worker as it is deployed, in one file: `worker.js` of the folder that this gives. Whoever of a run asks first builds
 * it; for every start after that one it lies ready.
 */
export async function builtWorker(): Promise<string> {
  const { databaseUrl, runFolder } = testSettings();
  const folder = join(runFolder, 'worker');
  if (existsSync(folder)) return folder;
  const own = mkdtempSync(join(runFolder, 'worker-'));
  // Not by execa: set-ups for workerd resolve packages as workerd does, where it has no processes.
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--env=', `--config=${config}`, `--outdir=${own}`],
    { cwd: checkout, env: { ...process.env, ...quietWrangler(databaseUrl), XDG_CONFIG_HOME: own } },
  );
  try {
    renameSync(own, folder);
  } catch (error) {
    // Another file of the run was faster: one is as good as the other.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

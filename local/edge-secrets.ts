// `node local/edge-secrets.ts FOLDER`: prints the secrets of the Worker as the JSON that `wrangler deploy --secrets-file` and
// `wrangler secret bulk` take. FOLDER holds its signing keys, a .jwk file each; without one, a key is made.
import { resolve } from 'node:path';
import { report } from './command.ts';
import { explainFileError, Problem } from './problem.ts';
import { ensureSigningKey } from './signing-key.ts';
import { keysJson } from './start/edge.ts';

try {
  const [named] = process.argv.slice(2);
  if (named === undefined) throw new Problem('Name a folder for the keys: node local/edge-secrets.ts FOLDER');
  const folder = resolve(named);
  try {
    await ensureSigningKey(folder);
    console.log(JSON.stringify({ KINGBUS_KEYS_JSON: keysJson(folder) }));
  } catch (error) {
    throw explainFileError(error, folder);
  }
} catch (error) {
  report(error);
  process.exitCode = 1;
}

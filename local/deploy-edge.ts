// `npm run deploy:edge -- --env production`: checks the Worker as it would be deployed, then deploys it with wrangler.
// `npm run deploy:edge -- --dry-run` only checks.
import { join } from 'node:path';
import { report } from './command.ts';
import { deployEdge } from './deploy-edge/deploy.ts';
import { readOptions } from './deploy-edge/options.ts';
import { createWrangler } from './deploy-edge/wrangler.ts';
import { checkout } from './folder.ts';
import { onStopSignals } from './signals.ts';

const stop = new AbortController();
onStopSignals({ first: () => stop.abort(), again: () => process.exit(130) });

try {
  process.exitCode = await deployEdge(readOptions(process.argv.slice(2)), {
    configFile: join(checkout, 'adapters/edge/wrangler.jsonc'),
    wrangler: createWrangler(stop.signal),
    say: (line) => console.log(line),
  });
} catch (error) {
  if (stop.signal.aborted) console.error('Stopped.');
  else report(error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

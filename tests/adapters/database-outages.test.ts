import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOutages } from '../support/db/outage-table.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

const { runFolder } = testSettings();

describeOutages('Node', runFolder, async (databaseUrl) => {
  const logFile = join(runFolder, 'database-outages.log');
  const { origin, stop } = await startProduct('adapters/node/single.ts', productEnvironment(databaseUrl), logFile);
  const logged = () =>
    readFileSync(logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { origin, stop, logged };
});

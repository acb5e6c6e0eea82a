// The demo data: accounts, trips between real places, quotes, a selected one and its talk. Loads what is missing, through
// the product's own verbs, so that a broken-off load is finished by the next one, and a full one costs a moment.
import { readConfig } from '../adapters/node/config.ts';
import { createLog } from '../adapters/node/log.ts';
import { openPorts } from '../adapters/node/open-ports.ts';
import { loadDemoAccounts } from './demo-data/accounts.ts';
import { loadDemoDeals } from './demo-data/deals.ts';

if (process.env['KINGBUS_ENV'] === 'production') {
  console.error('The demo accounts have public passwords: they are not for production (KINGBUS_ENV).');
  process.exit(1);
}
const config = readConfig(process.env);
const { ports, close } = await openPorts(config, await createLog({ ...config, logLevel: 'error' }, 'demo-data'));
try {
  await loadDemoDeals(ports, await loadDemoAccounts(ports));
} finally {
  await close();
}

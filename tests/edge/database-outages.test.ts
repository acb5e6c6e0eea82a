import { describeOutages } from '../support/db/outage-table.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import { testSettings } from '../support/servers/settings.ts';

const { runFolder, keysDirectory } = testSettings();

describeOutages('the edge', runFolder, (databaseUrl) => startWorker(databaseUrl, workerBindings(keysDirectory)));

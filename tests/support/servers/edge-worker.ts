import { join } from 'node:path';
import type { Unstable_Config } from 'wrangler';
import { checkout } from '../../../local/folder.ts';
import { keysJson } from '../../../local/start/edge.ts';
import { quietWrangler } from '../../../local/wrangler.ts';
import { builtWorker } from './built-worker.ts';
import { allowedOrigin, publicOrigin } from './context.ts';

export interface Worker {
  /** Where workerd answers, `http://127.0.0.1:12345`. */
  readonly origin: string;
  /** The lines that the Worker has logged, parsed. */
  logged(): Record<string, unknown>[];
  /** Has the Worker do what it does every hour; gives how that ended, `ok` where it did well. */
  scheduled(): Promise<string>;
  /** The methods of a Worker under tests/edge/workers, to be called from here. */
  methods<Methods>(): Promise<Methods>;
  stop(): Promise<void>;
}

/** The bindings of a Worker under test: as deployed, but for quick hashes and an enforced query budget. */
export function workerBindings(keysDirectory: string): Record<string, string> {
  return {
    KINGBUS_ENV: 'test',
    KINGBUS_PUBLIC_ORIGIN: publicOrigin,
    KINGBUS_ALLOWED_ORIGINS: allowedOrigin,
    KINGBUS_QUERY_BUDGET: 'enforce',
    KINGBUS_CHAT_ACCOUNT_RATE: 'off',
    KINGBUS_CHAT_ROOM_RATE: 'off',
    KINGBUS_SWEEP_SECONDS: '1',
    KINGBUS_PASSWORD_COST: '4',
    KINGBUS_KEYS_JSON: keysJson(keysDirectory),
  };
}

/**
 * Runs the Worker as it is deployed in workerd on a free port, with nothing kept on disk.
 *
 * @param main a Worker of tests/edge/workers to run in its place, with the same bindings
 */
export async function startWorker(
  databaseUrl: string,
  bindings: Record<string, string>,
  main?: string,
): Promise<Worker> {
  // It is large: who starts no Worker should not wait for it.
  const { createTestHarness, unstable_readConfig } = await import('wrangler');
  const configPath = join(checkout, 'adapters/edge/wrangler.jsonc');
  const harness = createTestHarness({
    workers: [
      main === undefined
        ? { configPath, prebuiltWorkerDir: await builtWorker(), secrets: bindings }
        : { config: configOf(main, unstable_readConfig({ config: configPath }), bindings) },
    ],
  });
  Object.assign(process.env, quietWrangler(databaseUrl));
  const { url } = await harness.listen();
  return {
    origin: url.origin,
    logged: () => harness.getLogs().map(({ message }) => parsed(message)),
    scheduled: async () => (await harness.getWorker().scheduled({ cron: '* * * * *' })).outcome,
    methods: async <Methods>() => (await harness.getWorker().getExport()) as Methods,
    stop: () => harness.close(),
  };
}

function configOf(main: string, config: Unstable_Config, vars: Record<string, string>) {
  const { name, compatibility_date, compatibility_flags, durable_objects, migrations, hyperdrive, r2_buckets } = config;
  return {
    name,
    main: join(checkout, main),
    compatibility_date,
    compatibility_flags,
    durable_objects,
    migrations,
    hyperdrive,
    r2_buckets,
    vars,
  };
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line };
  }
}

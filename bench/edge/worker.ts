import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestHarness, unstable_readConfig } from 'wrangler';
import { keysJson } from '../../local/start/edge.ts';
import { checkout } from '../../local/folder.ts';
import { quietWrangler } from '../../local/wrangler.ts';
import { publicOrigin } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';

export interface BenchWorker {
  /** `ws://127.0.0.1:port/ws` */
  url: string;
  stop(): Promise<void>;
}

/** The Worker as deployed, in workerd. @param alias modules of adapters/edge, as they are imported, and what stands in for them */
export async function startBenchWorker(stage: Stage, alias: Record<string, string>): Promise<BenchWorker> {
  const file = join(checkout, 'adapters/edge/wrangler.jsonc');
  const { main, compatibility_date, compatibility_flags, durable_objects, migrations, hyperdrive } =
    unstable_readConfig({
      config: file,
    });
  const configPath = join(stage.folder, `wrangler-${Object.keys(alias).length}.json`);
  const name = 'kingbus-bench';
  const config = {
    name,
    main,
    compatibility_date,
    compatibility_flags,
    durable_objects,
    migrations,
    hyperdrive,
    alias,
  };
  writeFileSync(configPath, JSON.stringify(config));
  Object.assign(process.env, quietWrangler(stage.databaseUrl));
  const harness = createTestHarness({
    workers: [
      {
        configPath,
        secrets: {
          KINGBUS_ENV: 'production',
          KINGBUS_PUBLIC_ORIGIN: publicOrigin,
          KINGBUS_LOG_LEVEL: 'warn',
          KINGBUS_CHAT_ACCOUNT_RATE: 'off',
          KINGBUS_CHAT_ROOM_RATE: 'off',
          KINGBUS_KEYS_JSON: keysJson(join(stage.folder, 'keys')),
        },
      },
    ],
  });
  const { url } = await harness.listen();
  return { url: `ws://${url.host}/ws`, stop: () => harness.close() };
}

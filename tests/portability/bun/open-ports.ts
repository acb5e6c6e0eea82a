import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { z } from 'zod';
import { createMemoryFiles } from '../../../adapters/memory/files.ts';
import { createMemoryPorts } from '../../../adapters/memory/ports.ts';
import { createNodePictures } from '../../../adapters/node/node-pictures.ts';
import { composePorts } from '../../../adapters/shared/compose-ports.ts';
import { createKeys } from '../../../adapters/shared/keys.ts';
import { createPasswords } from '../../../adapters/shared/passwords.ts';
import { portableArgon2id } from '../../../adapters/shared/portable-argon2id.ts';
import { commaList, origin, passwordCost } from '../../../adapters/shared/setting-forms.ts';
import { systemClock } from '../../../adapters/shared/system-clock.ts';
import { connect } from '../../../db/engine/connect.ts';
import { defaultChatLimits } from '../../../functions/chat/limits.ts';
import type { Ports } from '../../../functions/ports.ts';
import { createLog } from './log.ts';

/** The settings of a process under test that concern its HTTP half. */
const settings = z.object({
  KINGBUS_LISTEN: z.string(),
  KINGBUS_PUBLIC_ORIGIN: origin,
  KINGBUS_ALLOWED_ORIGINS: commaList.pipe(z.array(origin)),
  KINGBUS_KEYS: z.string(),
  KINGBUS_QUERY_BUDGET: z.enum(['off', 'warn', 'enforce']),
  KINGBUS_PASSWORD_COST: passwordCost,
  DATABASE_URL: z.url(),
});

export interface Opened {
  ports: Ports;
  listen: { hostname: string; port: number };
  close: () => Promise<void>;
}

/** Ports of what belongs to no runtime: MariaDB, and the twins in memory of everything else but pictures. */
export async function openPorts(environment: object): Promise<Opened> {
  const given = settings.parse(environment);
  const db = connect(given.DATABASE_URL, { connections: 10, lockAndIdleTimeoutSeconds: 3 });
  const common = { clock: systemClock, log: createLog() };
  const { hostname, port } = new URL(`http://${given.KINGBUS_LISTEN}`);
  return {
    ports: composePorts({
      ...common,
      ...createMemoryPorts(common),
      db,
      files: createMemoryFiles(),
      // sharp runs on Bun as it does on Node.
      pictures: createNodePictures(),
      keys: await createKeys(readKeys(given.KINGBUS_KEYS)),
      passwords: createPasswords({ argon2id: portableArgon2id, cost: given.KINGBUS_PASSWORD_COST }),
      settings: {
        environment: 'test',
        publicOrigin: given.KINGBUS_PUBLIC_ORIGIN,
        allowedOrigins: new Set([given.KINGBUS_PUBLIC_ORIGIN, ...given.KINGBUS_ALLOWED_ORIGINS]),
        queryBudget: given.KINGBUS_QUERY_BUDGET,
        eraseVerifiedDocuments: false,
        chat: defaultChatLimits,
      },
    }),
    listen: { hostname, port: Number(port) },
    close: () => db.$client.close(),
  };
}

/** One private JWK a file, in the order of their names. */
function readKeys(directory: string): JWK[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.jwk'));
  return names.toSorted().map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as JWK);
}

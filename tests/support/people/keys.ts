import { insertKey } from '../../../db/api-keys.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { hintOf, newApiKey } from '../../../functions/identity/api-key.ts';
import { scopes } from '../../../functions/identity/scopes.ts';
import type { Scope } from '../../../functions/identity/scopes.ts';
import { createNewId } from '../../../functions/new-id.ts';
import { sha256 } from '../../../functions/sha256.ts';
import type { AccountId, ApiKeyId } from '../../../schema/ids.ts';
import { Client } from '../clients/client.ts';
import { database } from '../db/run-database.ts';
import type { Person } from './people.ts';

const newId = createNewId(Date.now);
const year = 365 * 24 * 3600 * 1000;

/** A program with a key of somebody's. */
export class Program extends Client {
  readonly id: string;
  readonly key: string;

  constructor({ id, key }: { id: string; key: string }, origin?: string) {
    super(key, origin);
    this.id = id;
    this.key = key;
  }
}

/** A key of a person's with these scopes, written into the database: however many somebody has, and how many were made. */
export async function newKey(
  { account }: Person,
  only: readonly Scope[] = scopes,
  { endsIn = year }: { endsIn?: number } = {},
): Promise<Program> {
  const key = newApiKey();
  const row = {
    id: newId<ApiKeyId>(),
    accountId: account.id as AccountId,
    name: '배차 시스템',
    hash: await sha256(key),
    hint: hintOf(key),
    scopes: [...only],
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + endsIn).toISOString(),
  };
  await transaction(database(), (tx) => insertKey(tx, row));
  return new Program({ id: row.id, key });
}

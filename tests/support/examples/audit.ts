import { count, inArray } from 'drizzle-orm';
import { audit } from '../../../schema/audit.ts';
import type { AccountId } from '../../../schema/ids.ts';
import { database } from '../db/run-database.ts';
import { Person } from '../people/people.ts';
import type { Client } from '../clients/client.ts';

/** How many lines of the audit log say that one of these did something. */
export async function linesOfAudit(clients: Client[]): Promise<number> {
  const ids = clients.filter((client) => client instanceof Person).map(({ id }) => id as AccountId);
  const [found] = await database().select({ lines: count() }).from(audit).where(inArray(audit.actorId, ids));
  return found?.lines ?? 0;
}

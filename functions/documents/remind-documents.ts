import { lockEndingDocuments, markReminded } from '../../db/documents.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import type { Actor } from '../identity/actor.ts';
import { seoulDay } from '../seoul-day.ts';
import { graceDays, reminders } from './documents-policy.ts';

/** Documents a transaction: small enough that nobody waits for its locks. */
const batch = 100;

/**
 * Reminds operators of documents that are about to end, each time once, wherever they are connected and by mail and text message. A run
 * that comes late tells of the nearest end alone; one that comes after it still does for as long as the grace lasts. Two at once
 * tell of each document once.
 */
export async function remindDocuments(ports: ChangePorts, actor: Actor): Promise<{ reminded: number }> {
  const counts = { reminded: 0 };
  let earlier = -graceDays - 1;
  for (const days of reminders) {
    for (let done = batch; done === batch;) {
      done = await remindSome(ports, actor, { after: earlier, until: days });
      counts.reminded += done;
    }
    earlier = days;
  }
  return counts;
}

/** Of documents that end so many days from now at most, and later than others that are told of more urgently. Gives how many. */
function remindSome(ports: ChangePorts, actor: Actor, { after, until }: { after: number; until: number }) {
  return change(ports, actor, async (tx, record) => {
    const days = { after: seoulDay(record.at, after), until: seoulDay(record.at, until) };
    const ending = await lockEndingDocuments(tx, { ...days, days: until, limit: batch });
    if (ending.length === 0) return 0;
    await markReminded(
      tx,
      ending.map(({ id }) => id),
      until,
    );
    for (const { id, operatorId } of ending) {
      const event = { event: 'document_expiring', document: id } as const;
      record.event([operatorId], event);
      record.inform(operatorId, ['email', 'sms'], event);
    }
    return ending.length;
  });
}

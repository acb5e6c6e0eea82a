import type { Log, Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { InboxCalls } from './objects.ts';

/** Presence as the inboxes know it: each holds its account's sockets, so nobody has to say again and again that he is here. */
export function createInboxPresence(inboxes: DurableObjectNamespace<InboxCalls>, log: Log): Pick<Presence, 'of'> {
  async function presenceOf(accountId: AccountId) {
    try {
      return await inboxes.getByName(accountId).presence();
    } catch (error) {
      log.debug({ err: error, accountId }, 'an inbox did not say whether its account is here');
      return undefined;
    }
  }
  return {
    async of(accountIds) {
      const distinct = [...new Set(accountIds)];
      const found = new Map(await Promise.all(distinct.map(async (id) => [id, await presenceOf(id)] as const)));
      return accountIds.map((id) => found.get(id));
    },
  };
}

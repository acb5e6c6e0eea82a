import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { toInstant } from '../../functions/instant.ts';
import type { Clock, Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';

/** Presence within one process. */
export function createMemoryPresence(clock: Clock, presenceMs = defaultChatLimits.presenceMs): Presence {
  const until = new Map<AccountId, number>();
  const seen = new Map<AccountId, string>();
  return {
    async keep(accountIds) {
      const now = clock.now();
      const forgotten = accountIds.filter((accountId) => (until.get(accountId) ?? Number.POSITIVE_INFINITY) <= now);
      for (const accountId of accountIds) until.set(accountId, now + presenceMs);
      return forgotten;
    },
    async leave(accountId) {
      until.delete(accountId);
      seen.set(accountId, toInstant(clock.now()));
      return { elsewhere: false };
    },
    async of(accountIds) {
      return accountIds.map((accountId) => ({
        online: (until.get(accountId) ?? 0) > clock.now(),
        lastSeenAt: seen.get(accountId) ?? null,
      }));
    },
  };
}

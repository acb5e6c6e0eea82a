import type { AccountId, SessionId } from '../../schema/ids.ts';
import { accountTopic, encodeAccountHint } from '../events/topics.ts';
import type { Ports } from '../ports.ts';

/** Tells every process that holds sockets of this session to close them. */
export async function announceSessionEnd(
  { bus }: Pick<Ports, 'bus'>,
  accountId: AccountId,
  sessionId: SessionId,
): Promise<void> {
  await bus.publish(accountTopic(accountId), encodeAccountHint({ kind: 'session_ended', sessionId }));
}

import type { AccountId, RoomId } from '../../schema/ids.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import type { EventFrame, MarketplaceEvent } from '../chat/frames.ts';
import { accountTopic, encodeAccountHint } from './topics.ts';
import type { AccountHint } from './topics.ts';

/** Tells these accounts, wherever they are connected, what happened. Call it after the commit. */
export async function announceEvent(
  ports: Pick<Ports, 'bus' | 'clock'>,
  accountIds: AccountId[],
  event: MarketplaceEvent,
): Promise<void> {
  const frame: EventFrame = { type: 'event', at: toInstant(ports.clock.now()), ...event };
  await publish(ports, accountIds, { kind: 'event', frame });
}

/** Tells the sockets of these accounts that they belong to a room from now on. Call it after the commit. */
export async function announceJoin(ports: Pick<Ports, 'bus'>, accountIds: AccountId[], room: RoomId): Promise<void> {
  await publish(ports, accountIds, { kind: 'joined', room });
}

async function publish({ bus }: Pick<Ports, 'bus'>, accountIds: AccountId[], hint: AccountHint): Promise<void> {
  const payload = encodeAccountHint(hint);
  await Promise.all(accountIds.map((accountId) => bus.publish(accountTopic(accountId), payload)));
}

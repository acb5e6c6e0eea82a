import { insertAccount } from '../../db/accounts.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { insertOrder } from '../../db/orders.ts';
import { createNewId } from '../../functions/new-id.ts';
import { signAccessToken } from '../../functions/identity/access-token.ts';
import type { AccountId, OrderId, SessionId } from '../../schema/ids.ts';
import type { Stage } from '../chat/support/stage.ts';
import { publicOrigin } from '../chat/support/stage.ts';

const newId = createNewId(Date.now);

/** A read that is compared, and what the handler by hand makes of its rows. */
export interface Read {
  path: string;
  answer: 'account' | 'order' | 'orders';
}

/** A customer with twenty orders, its token, and the reads that are compared. */
export async function loadReaders({ db, keys }: Stage): Promise<{ token: string; reads: Read[] }> {
  const accountId = newId<AccountId>();
  const now = new Date().toISOString();
  const stop = { name: '서울역', address: '서울특별시 용산구 한강대로 405', latitude: 37.5547, longitude: 126.9708 };
  const orderIds = Array.from({ length: 20 }, () => newId<OrderId>());
  await transaction(db, async (tx) => {
    await insertAccount(
      tx,
      {
        id: accountId,
        role: 'customer',
        state: 'active',
        username: 'reader',
        email: 'reader@example.com',
        phone: '+821012345678',
        displayName: '김민지',
        passwordHash: 'none',
        createdAt: now,
      },
      undefined,
    );
    for (const id of orderIds) {
      await insertOrder(
        tx,
        {
          id,
          customerId: accountId,
          state: 'open',
          kind: 'one_way',
          purpose: 'tour',
          departureAt: new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString(),
          passengers: 38,
          buses: 1,
          amenities: ['wifi'],
          driverStays: false,
          placedAt: now,
        },
        [stop, { ...stop, name: '불국사', address: '경상북도 경주시 불국로 385' }],
        '김민지',
      );
    }
  });
  const settings = { publicOrigin } as Parameters<typeof signAccessToken>[0]['settings'];
  const token = await signAccessToken(
    { clock: { now: Date.now }, keys, settings },
    { accountId, role: 'customer', sessionId: newId<SessionId>() },
  );
  const reads: Read[] = [
    { path: '/v1/me', answer: 'account' },
    { path: `/v1/orders/${orderIds[0]}`, answer: 'order' },
    { path: '/v1/orders?limit=20', answer: 'orders' },
  ];
  return { token, reads };
}

import { insertAccount } from '../../db/accounts.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { insertOrder } from '../../db/orders.ts';
import { createNewId } from '../../functions/new-id.ts';
import { signAccessToken } from '../../functions/identity/access-token.ts';
import type { AccountId, OrderId, SessionId } from '../../schema/ids.ts';
import { bulguksa, seoulStation, validOrder } from '../../tests/support/people/orders.ts';
import type { Stage } from '../support/stage.ts';
import { publicOrigin } from '../support/stage.ts';

const newId = createNewId(Date.now);
/** What is compared: a request, and what the handler by hand makes of its rows. */
export interface Task {
  method?: 'GET' | 'POST';
  path: string;
  body?: unknown;
  answer: 'account' | 'order' | 'orders' | 'placed';
  /** How many times the handler by hand it is to be at least, by CPU time. */
  target?: number;
}

/** A customer with twenty orders, its token, and what is compared. */
export async function loadTasks({ db, keys }: Stage): Promise<{ token: string; tasks: Task[] }> {
  const accountId = newId<AccountId>();
  const now = new Date().toISOString();
  const departureAt = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString();
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
          departureAt,
          passengers: 38,
          buses: 1,
          amenities: ['wifi'],
          driverStays: false,
          placedAt: now,
        },
        [seoulStation, bulguksa],
        '김민지',
      );
    }
  });
  const settings = { publicOrigin } as Parameters<typeof signAccessToken>[0]['settings'];
  const token = await signAccessToken(
    { clock: { now: Date.now }, keys, settings },
    { accountId, role: 'customer', sessionId: newId<SessionId>() },
  );
  const tasks: Task[] = [
    { path: '/v1/me', answer: 'account', target: 0.85 },
    { path: `/v1/orders/${orderIds[0]}`, answer: 'order', target: 0.85 },
    { path: '/v1/orders?limit=20', answer: 'orders', target: 0.7 },
    { method: 'POST', path: '/v1/orders', body: validOrder({ departureAt, amenities: ['wifi'] }), answer: 'placed' },
  ];
  return { token, tasks };
}

import type { Connection, RowDataPacket } from 'mysql2/promise';
import { fillWithManyRows } from './many-rows.ts';

/** What the rows of the lists belong to. */
export interface Crowded {
  customerId: string;
  orderId: string;
  operatorId: string;
  accountId: string;
  state: 'pending';
  now: string;
}

/**
 * Fills the tables so that every list of db/ has thousands of rows that belong together: with every state and kind, and many that
 * share what they are sorted by. As the product leaves them: no order is open whose departure has passed, and each has its two stops.
 */
export async function crowdLists(connection: Connection): Promise<Crowded> {
  await fillWithManyRows(connection);
  const ids = async (sql: string): Promise<string[]> => {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows.map(({ id }) => String(id));
  };
  const [customerId = '', accountId = '', operatorId = ''] = await ids('select id from accounts limit 3');
  const [orderId = ''] = await ids('select id from orders limit 1');
  await connection.query(`update accounts set state = 'active' where id = ?`, [customerId]);
  await connection.query(
    `update orders set customer_id = ?, departure_at = date_add('2090-01-01', interval floor(rand(1) * 50) day),
       state = elt(1 + floor(rand(2) * 6), 'open', 'selected', 'paid', 'completed', 'cancelled', 'expired'),
       kind = elt(1 + floor(rand(3) * 3), 'one_way', 'round_trip', 'shuttle')`,
    [customerId],
  );
  await connection.query('delete from order_stops');
  await connection.query(
    `insert into order_stops (order_id, position, name, address) select id, position, 'a', 'b' from orders, (select 0 as position union select 1) places`,
  );
  await connection.query('delete from quotes');
  const quotes = (order: string, operator: string, from: string) =>
    `insert into quotes (id, order_id, operator_id, state, total_price, price_per_bus, buses, bus_type, includes, message, submitted_at)
     select uuid(), ${order}, ${operator}, elt(1 + floor(rand(4) * 5), 'submitted', 'withdrawn', 'selected', 'declined', 'expired'),
       100000 + floor(rand(5) * 50), 1, 1, 'standard_45', '[]', '', '2026-01-01' from ${from}`;
  await connection.query(quotes('?', 'id', 'accounts where id <> ? limit 5000'), [orderId, operatorId]);
  await connection.query(quotes('id', '?', 'orders where id <> ? limit 5000'), [operatorId, orderId]);
  // One member of each room becomes the same account.
  await connection.query('update ignore room_members set account_id = ?', [accountId]);
  await connection.query(
    `update room_members set active_at = date_add('2026-01-01', interval floor(rand(6) * 50) day)`,
  );
  await connection.query(
    `insert into dev_notices (id, channel, address, subject, body, sent_at)
     select uuid(), elt(1 + floor(rand(7) * 2), 'email', 'sms'), 'minji@example.com', '', '', '2026-01-01' from accounts limit 5000`,
  );
  await connection.query(
    'analyze table accounts, orders, order_stops, quotes, room_members, rooms, operators, dev_notices',
  );
  return { customerId, orderId, operatorId, accountId, state: 'pending', now: '2026-06-01T00:00:00.000Z' };
}

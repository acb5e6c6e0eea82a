import type { Connection, RowDataPacket } from 'mysql2/promise';
import { fillWithManyRows } from './many-rows.ts';

/** What the rows of the lists belong to. */
export interface Crowded {
  customerId: string;
  orderId: string;
  operatorId: string;
  accountId: string;
  state: 'active';
  now: string;
  usedSince: string;
  carrierId: string;
  affiliation: 'accepted';
  region: string;
  /** What accounts are searched for begins between these. */
  least: string;
  beyond: string;
  actorId: string;
  subjectKind: string;
  subjectId: string;
  action: string;
  /** Between these ids are some thousand lines of the audit. */
  since: string;
  until: string;
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
  // All operators belong to one company, drive in one region, and are active.
  await connection.query('delete from operator_regions');
  await connection.query(
    `delete from operators where account_id not in (select id from accounts where state = 'active')`,
  );
  const [customerId = '', accountId = ''] = await ids('select id from accounts limit 2');
  const [operatorId = ''] = await ids('select account_id as id from operators order by account_id desc limit 1');
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
  await connection.query(quotes('?', 'account_id', 'operators where account_id <> ? limit 5000'), [
    orderId,
    operatorId,
  ]);
  await connection.query(quotes('id', '?', 'orders where id <> ? limit 5000'), [operatorId, orderId]);
  await connection.query(
    `update vehicles set operator_id = ?, state = elt(1 + floor(rand(7) * 5), 'draft', 'requested', 'verified', 'refused', 'removed')`,
    [operatorId],
  );
  // One picture each.
  await connection.query('delete from vehicle_photos');
  await connection.query(
    `insert into vehicle_photos (vehicle_id, position, file_id)
     select v.id, 0, f.id from (select id, row_number() over (order by id) as place from vehicles) v
       join (select id, row_number() over (order by id) as place from files) f using (place)`,
  );
  await connection.query(
    `update documents set operator_id = ?, state = elt(1 + floor(rand(8) * 6), 'requested', 'approved', 'refused', 'revoked', 'replaced', 'removed')`,
    [operatorId],
  );
  // One member of each room becomes the same account.
  await connection.query('update ignore room_members set account_id = ?', [accountId]);
  await connection.query(
    `update room_members set active_at = date_add('2026-01-01', interval floor(rand(6) * 50) day)`,
  );
  // As many as nobody has: whoever ended or forgot one is not shown it.
  await connection.query(`update sessions set account_id = ?, ended_at = null, last_used_at = '2026-05-30'`, [
    accountId,
  ]);
  await connection.query(
    `insert into dev_notices (id, channel, address, subject, body, sent_at)
     select uuid(), elt(1 + floor(rand(7) * 2), 'email', 'sms'), 'minji@example.com', '', '', '2026-01-01' from accounts limit 5000`,
  );
  await connection.query('update api_keys set account_id = ?', [accountId]);
  // Of one length, so that their order is that of their numbers.
  await connection.query(
    `update accounts set username = concat('seed-', lpad(substring(username, 6), 5, '0')) where username like 'seed-%'`,
  );
  await connection.query('update accounts set email = username, phone = left(username, 16) where role <> ?', [
    'system',
  ]);
  await connection.query(
    `update operators set carrier_id = ?, affiliation = 'accepted', rating_points = floor(rand(7) * 50), review_count = 5`,
    [operatorId],
  );
  await connection.query(
    `insert into operator_regions (account_id, region, score) select account_id, '11', score from operators`,
  );
  await connection.query(
    `update audit set actor_id = ?, subject_kind = 'order', subject_id = ?, action = 'order.place'`,
    [accountId, orderId],
  );
  const [until = ''] = await ids('select id from audit order by id limit 1 offset 2000');
  await connection.query(
    'analyze table accounts, orders, order_stops, quotes, room_members, rooms, operators, operator_regions, audit, api_keys, sessions, dev_notices, vehicles, vehicle_photos, documents',
  );
  return {
    customerId,
    orderId,
    operatorId,
    accountId,
    usedSince: '2026-05-01T00:00:00.000Z',
    state: 'active',
    now: '2026-06-01T00:00:00.000Z',
    carrierId: operatorId,
    affiliation: 'accepted',
    region: '11',
    least: 'seed-01',
    beyond: 'seed-01\x7f',
    actorId: accountId,
    subjectKind: 'order',
    subjectId: orderId,
    action: 'order.place',
    since: '00000000-0000-7000-8000-000000000000',
    until,
  };
}

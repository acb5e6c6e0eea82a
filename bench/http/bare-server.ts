// The read endpoints as one would write them by hand: node:http and mysql2, the same token, the same SQL; its rows, as the driver gives
// them by name, become the same JSON.
import { createServer } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { createPool } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';

interface Task {
  /** The statements that one request runs, with their values. */
  statements: [string, unknown[]][];
  /** Which of them. */
  answer: keyof typeof answers;
  jwks: JSONWebKeySet;
  issuer: string;
}

type Row = RowDataPacket;
const { statements, answer, jwks, issuer } = JSON.parse(process.env['BENCH_TASK'] ?? '') as Task;
const keys = createLocalJWKSet(jwks);
const pool = createPool({ uri: process.env['DATABASE_URL'] ?? '', connectionLimit: 10, dateStrings: true });
/** Tokens that were verified before, and when they end. */
const known = new Map<string, number>();

const instant = (value: string | null) => value && `${value.slice(0, 10)}T${value.slice(11)}Z`;
const parsed = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value);

const answers = {
  account: ([[row] = [] as Row[]]: Row[][]) =>
    row && {
      id: row['id'],
      role: row['role'],
      state: row['state'],
      username: row['username'],
      email: row['email'],
      phone: row['phone'],
      displayName: row['display_name'],
      createdAt: instant(row['created_at']),
    },
  order: ([[row] = [] as Row[], stops = []]: Row[][]) => row && orderOf(row, stops),
  orders: ([rows = [], all = []]: Row[][]) => {
    const stopsOf = new Map<string, Row[]>();
    for (const stop of all) {
      const stops = stopsOf.get(stop['order_id']);
      if (stops) stops.push(stop);
      else stopsOf.set(stop['order_id'], [stop]);
    }
    return { items: rows.map((row) => orderOf(row, stopsOf.get(row['id']) ?? [])), nextCursor: null };
  },
};

function orderOf(row: Row, stops: Row[]) {
  const places = stops
    .toSorted((one, other) => one['position'] - other['position'])
    .map(({ name, address, latitude, longitude }) => ({ name, address, latitude, longitude }));
  return {
    id: row['id'],
    state: row['state_now'],
    version: row['version'],
    customer: { id: row['customer_id'], displayName: row['display_name'] },
    kind: row['kind'],
    purpose: row['purpose'],
    departure: places[0],
    arrival: places.at(-1),
    stopovers: places.slice(1, -1),
    departureAt: instant(row['departure_at']),
    returnAt: instant(row['return_at']),
    weekdays: parsed(row['weekdays']),
    termEndsOn: row['term_ends_on'],
    passengers: row['passengers'],
    buses: row['buses'],
    amenities: parsed(row['amenities']),
    driverStays: row['driver_stays'] === 1,
    driverSchedule: row['driver_schedule'],
    remarks: row['remarks'],
    distanceKm: row['distance_km'],
    selectedQuoteId: row['selected_quote_id'],
    placedAt: instant(row['placed_at']),
    selectedAt: instant(row['selected_at']),
  };
}

const server = createServer(async (request, response) => {
  try {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    if ((known.get(token) ?? 0) <= Date.now()) {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: 'kingbus', typ: 'at+jwt' });
      known.set(token, (payload.exp ?? 0) * 1000);
    }
    const results: Row[][] = [];
    for (const [sql, values] of statements) {
      const [rows] = await pool.query<Row[]>(sql, values);
      results.push(rows);
    }
    const body = JSON.stringify(answers[answer](results));
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
      .end(body);
  } catch {
    response.writeHead(500).end();
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', address: '127.0.0.1', port })}\n`);
});

// The endpoints as one would write them by hand: node:http and mysql2, the same token, the same SQL; its rows, as the driver gives
// them by name, become the same JSON. What comes in is parsed, and looked at no further.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { createPool } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { estimateDistanceKm } from '../../functions/orders/estimate-distance.ts';
import type { Place } from '../../functions/orders/order-schema.ts';

interface Task {
  /** The statements that one request runs, with their values. */
  statements: [string, unknown[]][];
  /** What becomes of their rows. */
  answer: keyof typeof answers | 'placed';
  /** What stands in the values for the id of what is placed: each time it is a new one. */
  recordedId?: string;
  jwks: JSONWebKeySet;
  issuer: string;
}

type Row = RowDataPacket;
const { statements, answer, recordedId, jwks, issuer } = JSON.parse(process.env['BENCH_TASK'] ?? '') as Task;
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
      emailVerified: Boolean(row['email_verified']),
      phoneVerified: Boolean(row['phone_verified']),
      language: row['language'],
      version: row['version'],
    },
  order: ([rows = []]: Row[][]) => rows[0] && orderOf(rows[0], rows),
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

/** Runs the statements in turn on one connection, with an id of its own in them. */
async function place(input: Record<string, unknown>) {
  const id = randomUUID();
  const own = (value: unknown): unknown => (Array.isArray(value) ? value.map(own) : value === recordedId ? id : value);
  const connection = await pool.getConnection();
  try {
    let customer: Row | undefined;
    for (const [sql, values] of statements) {
      const [rows] = await connection.query<Row[]>(sql, own(values) as unknown[]);
      if (Array.isArray(rows)) customer ??= rows[0];
    }
    return placed(id, input, customer);
  } finally {
    connection.release();
  }
}

const placed = (id: string, { departure, arrival, ...trip }: Record<string, unknown>, customer: Row | undefined) => ({
  id,
  state: 'open',
  version: 1,
  customer: { id: statements[1]?.[1][0], displayName: customer?.['display_name'] },
  departure,
  arrival,
  stopovers: [],
  returnAt: null,
  weekdays: null,
  termEndsOn: null,
  driverStays: false,
  driverSchedule: null,
  remarks: null,
  distanceKm: estimateDistanceKm([departure, arrival] as Place[]),
  selectedQuoteId: null,
  placedAt: new Date().toISOString(),
  selectedAt: null,
  ...trip,
});

async function read(): Promise<Row[][]> {
  const results: Row[][] = [];
  for (const [sql, values] of statements) {
    const [rows] = await pool.query<Row[]>(sql, values);
    results.push(rows);
  }
  return results;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Record<string, unknown>;
}

const server = createServer(async (request, response) => {
  try {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    if ((known.get(token) ?? 0) <= Date.now()) {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: 'kingbus', typ: 'at+jwt' });
      known.set(token, (payload.exp ?? 0) * 1000);
    }
    const isPlaced = answer === 'placed';
    const body = JSON.stringify(isPlaced ? await place(await bodyOf(request)) : answers[answer](await read()));
    response
      .writeHead(isPlaced ? 201 : 200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      })
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

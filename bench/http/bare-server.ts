// The read endpoint as one would write it by hand: node:http and mysql2, the same token, the same SQL, the same bytes.
import { createServer } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { createPool } from 'mysql2/promise';

interface Task {
  /** The statements that one request runs, with their values. */
  statements: [string, unknown[]][];
  /** What it answers. */
  body: string;
  jwks: JSONWebKeySet;
  issuer: string;
}

const { statements, body, jwks, issuer } = JSON.parse(process.env['BENCH_TASK'] ?? '') as Task;
const keys = createLocalJWKSet(jwks);
const pool = createPool({ uri: process.env['DATABASE_URL'] ?? '', connectionLimit: 10, dateStrings: true });
/** Tokens that were verified before, and when they end. */
const known = new Map<string, number>();

const server = createServer(async (request, response) => {
  try {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    if ((known.get(token) ?? 0) <= Date.now()) {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: 'kingbus', typ: 'at+jwt' });
      known.set(token, (payload.exp ?? 0) * 1000);
    }
    for (const [sql, values] of statements) await pool.query({ sql, rowsAsArray: true }, values);
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

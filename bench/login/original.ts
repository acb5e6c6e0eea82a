// A log-in as the original did it, without its interpreter: the user by name, PBKDF2 as Django 4.0 writes it (260,000 to 320,000 passes
// were found in the field), the time of the log-in written, a token of HS256. Nothing bounds how many are made at once.
import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { createPool } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';

const derive = promisify(pbkdf2);
const secret = new TextEncoder().encode('a secret of thirty-two characters');
const pool = createPool({ uri: process.env['DATABASE_URL'] ?? '', connectionLimit: 10 });

async function logIn({ username, password }: { username: string; password: string }): Promise<string | undefined> {
  const [[user]] = await pool.query<RowDataPacket[]>('select * from original_users where username = ?', [username]);
  const [, passes, salt, key] = String(user?.['password']).split('$');
  const found = await derive(password, salt ?? '', Number(passes), 32, 'sha256');
  if (!timingSafeEqual(found, Buffer.from(key ?? '', 'base64'))) return undefined;
  await pool.query('update original_users set last_login = now(6) where id = ?', [user?.['id']]);
  return new SignJWT({ user_id: user?.['id'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(secret);
}

const server = createServer(async (request, response) => {
  try {
    const token = await logIn((await json(request)) as { username: string; password: string });
    const body = JSON.stringify({ access: token });
    response.writeHead(token === undefined ? 401 : 201, { 'Content-Type': 'application/json' }).end(body);
  } catch {
    response.writeHead(500).end();
  }
});
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', address: '127.0.0.1', port })}\n`);
});

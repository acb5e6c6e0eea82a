import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import { makeKey } from '../../adapters/node/make-key.ts';
import { ChatClient } from '../../client/chat.ts';
import { connect } from '../../db/engine/connect.ts';
import type { Database } from '../../db/engine/client.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { markFileReady } from '../../db/files.ts';
import { readLogEpoch } from '../../db/log-epoch.ts';
import { insertRoom } from '../../db/rooms.ts';
import { storeFile } from '../../functions/files/store-file.ts';
import { createNewId } from '../../functions/new-id.ts';
import { messages } from '../../schema/rooms.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { register, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { startOwnMariaDb } from '../support/servers/own-mariadb.ts';
import type { OwnMariaDb } from '../support/servers/own-mariadb.ts';
import { kingbus } from '../support/servers/kingbus.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

/** A password that an option file, a shell and an address would each spoil in its own way. */
const backupPassword = `q"uo'te\\ #; p@ss:w/rd%`;

let folder: string;
let server: OwnMariaDb;
let source: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let product: ProductProcess;
let settings: Record<string, string>;
// A server of its own takes its time to be made on a busy machine.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-backup-'));
  server = await startOwnMariaDb();
  source = await createTestDatabase(server.url);
  db = connect(source.url, { connections: 4 });
  await makeKey(join(folder, 'keys'), { signsFrom: Date.now() });
  const name = new URL(source.url).pathname.slice(1);
  await server.run(`create user kingbus_backup@'127.0.0.1' identified by ${JSON.stringify(backupPassword)}`);
  await server.run(`grant select, show view, trigger on ${name}.* to kingbus_backup@'127.0.0.1'`);
  settings = {
    ...productEnvironment(source.url),
    KINGBUS_KEYS: join(folder, 'keys'),
    KINGBUS_FILES: join(folder, 'files'),
    KINGBUS_BACKUPS: join(folder, 'backups'),
    KINGBUS_BACKUP_DATABASE_URL: Object.assign(new URL(source.url), { username: 'kingbus_backup', password: '' }).href,
    KINGBUS_BACKUP_DATABASE_PASSWORD: backupPassword,
  };
  product = await startProduct('adapters/node/single.ts', settings, join(testSettings().runFolder, 'backup.log'));
}, 240_000);
afterAll(async () => {
  await product.stop();
  await db.$client.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** An empty place, and the settings that lead to it. */
async function emptyPlace(name: string) {
  const url = Object.assign(new URL(source.url), { pathname: `${new URL(source.url).pathname}_${name}` }).href;
  const database = new URL(url).pathname.slice(1);
  await server.run(`create database ${database} character set utf8mb4`);
  return {
    url,
    settings: {
      ...settings,
      DATABASE_URL: url,
      KINGBUS_BACKUP_DATABASE_URL: '',
      KINGBUS_BACKUP_DATABASE_PASSWORD: '',
      KINGBUS_KEYS: join(folder, name, 'keys'),
      KINGBUS_FILES: join(folder, name, 'files'),
    },
    drop: () => server.run(`drop database ${database}`),
  };
}

async function conversation(): Promise<{ room: RoomId; chat: ChatClient; person: Person }> {
  const [person, other] = await Promise.all([1, 2].map(() => register(validCustomer(), product.origin)));
  if (person === undefined || other === undefined) throw new Error('nobody has registered');
  const room = crypto.randomUUID() as RoomId;
  const members = [person.id, other.id] as AccountId[];
  await transaction(db, (tx) =>
    insertRoom(tx, { id: room, orderId: null, createdAt: new Date().toISOString() }, members),
  );
  const chat = new ChatClient({
    url: `${product.origin.replace('http', 'ws')}/ws`,
    token: async () => person.token ?? '',
  });
  await chat.connect();
  return { room, chat, person };
}

async function upload(owner: Person, text: string) {
  const ports = {
    db,
    files: createDiskFiles(join(folder, 'files')),
    clock: { now: Date.now },
    newId: createNewId(Date.now),
  };
  const file = { ownerId: owner.id as AccountId, purpose: 'test', class: 'private' as const, type: 'text/plain' };
  const stored = await storeFile(ports, { ...file, maxBytes: 10_000 }, new Blob([text]).stream());
  await transaction(db, (tx) => markFileReady(tx, { ...file, id: stored.id }, new Date().toISOString()));
  return stored.sha256;
}

const allFiles = (place: string) =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('kingbus backup, and restore', () => {
  it('of a product under load: every message acknowledged before is there, in its place, and clients begin anew', async () => {
    const rooms = await Promise.all([conversation(), conversation(), conversation()]);
    const digest = await upload(rooms[0].person, '운전면허증');
    const acknowledged: { room: RoomId; seq: number; body: string }[] = [];
    const stop = new AbortController();
    const load = rooms.flatMap(({ room, chat }) =>
      [1, 2].map(async (writer) => {
        for (let index = 0; !stop.signal.aborted; index++) {
          const body = `${writer}번째 사람의 ${index}번째 말`;
          const { seq } = await chat.send(room, body);
          acknowledged.push({ room, seq, body });
        }
      }),
    );
    await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
    const before = [...acknowledged];
    const backup = await kingbus(['backup', '--json'], settings);
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before.length + 50);
    stop.abort();
    await Promise.all(load);
    expect(backup).toMatchObject({ exitCode: 0, stderr: '' });
    const { folder: made, manifest } = JSON.parse(backup.stdout) as { folder: string; manifest: { files: object } };
    expect(manifest).toMatchObject({ format: 1, files: { count: 1 }, keys: [expect.stringMatching(/\.jwk$/u)] });

    const place = await emptyPlace('restored');
    const restored = await kingbus(['restore', made], place.settings);
    expect(restored.stdout).toMatch(/^Restored the backup of .*; chat clients begin anew\.\n\nok +settings/u);
    expect({ exitCode: restored.exitCode, stderr: restored.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const copy = connect(place.url, { connections: 2 });
    try {
      const rows = await copy.select({ room: messages.roomId, seq: messages.seq, body: messages.body }).from(messages);
      const found = new Map(rows.map(({ room, seq, body }) => [`${room} ${seq}`, body]));
      for (const { room, seq, body } of before) expect(found.get(`${room} ${seq}`)).toBe(body);
      for (const { room } of rooms) {
        const seqs = rows
          .filter((row) => row.room === room)
          .map(({ seq }) => seq)
          .sort((left, right) => left - right);
        expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
      }
      expect(await readLogEpoch(copy)).not.toBe(await readLogEpoch(db));
      const [audit] = await copy.execute(sql`select actor_kind from audit where action = 'log_epoch.begin'`);
      expect(audit).toEqual([{ actor_kind: 'console' }]);
    } finally {
      await copy.$client.close();
    }
    expect(allFiles(place.settings.KINGBUS_FILES).map(sha256)).toEqual([digest]);
    const keysOf = (directory: string) =>
      readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    expect(keysOf(place.settings.KINGBUS_KEYS)).toEqual(keysOf(join(folder, 'keys')));

    const { chat, person } = rooms[0];
    const again = await startProduct(
      'adapters/node/single.ts',
      place.settings,
      join(testSettings().runFolder, 'restored-2.log'),
    );
    const resets: string[] = [];
    const back = new ChatClient({
      url: `${again.origin.replace('http', 'ws')}/ws`,
      token: async () => person.token ?? '',
      cursors: chat.cursors,
      ...(chat.epoch !== undefined && { epoch: chat.epoch }),
    });
    back.on('reset', ({ epoch }) => resets.push(epoch));
    await back.connect();
    expect(resets).toEqual([back.epoch]);
    back.close();
    for (const each of rooms) each.chat.close();
    await again.stop();
    await place.drop();
  });

  it('is made in one piece, for this user alone, with sums that anyone can check, and links what an earlier one has', async () => {
    const { person, chat } = await conversation();
    chat.close();
    await upload(person, '보험증서');
    const to = join(folder, 'others');
    const first = JSON.parse((await kingbus(['backup', '--json', '--to', to], settings)).stdout) as { folder: string };
    const paths = allFiles(first.folder);
    for (const path of paths) expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(first.folder).mode & 0o777).toBe(0o700);
    const { exitCode } = await execa('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {
      cwd: first.folder,
      reject: false,
    });
    expect(exitCode).toBe(0);
    // Backups are named by the second.
    await expect
      .poll(() => Math.floor(Date.now() / 1000))
      .toBeGreaterThan(Math.floor(statSync(to).birthtimeMs / 1000) + 1);
    const second = JSON.parse((await kingbus(['backup', '--json', '--to', to, '--keep', '1'], settings)).stdout) as {
      folder: string;
      removed: string[];
    };
    expect(second.removed).toEqual([first.folder]);
    expect(readdirSync(to)).toEqual([second.folder.slice(to.length + 1)]);
  });

  it('leaves nothing of one that breaks off, and says why without a secret', async () => {
    const to = join(folder, 'broken');
    const { exitCode, stderr } = await kingbus(['backup', '--to', to], {
      ...settings,
      KINGBUS_BACKUP_DATABASE_URL: settings['DATABASE_URL'] ?? '',
      KINGBUS_BACKUP_DATABASE_PASSWORD: '',
      KINGBUS_KEYS: join(folder, 'no-keys'),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('KINGBUS_KEYS') });
    expect(readdirSync(to)).toEqual([]);
  });

  it('says what to install where the program of MariaDB is not there', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const { exitCode, stderr } = await kingbus(['backup', '--to', join(folder, 'without')], settings);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^kingbus: mariadb-dump cannot be run \(ENOENT\): apt-get install/u);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('restores nothing over what is there, and nothing that was damaged; a dry run says so', async () => {
    const made = JSON.parse(
      (await kingbus(['backup', '--json', '--to', join(folder, 'checked')], settings)).stdout,
    ) as {
      folder: string;
    };
    const here = await kingbus(['restore', made.folder], { ...settings, KINGBUS_BACKUP_DATABASE_URL: '' });
    expect(here.exitCode).toBe(1);
    expect(here.stderr).toMatch(/the database has \d+ tables already/u);
    expect(here.stderr).toMatch(/KINGBUS_FILES: .* is not empty/u);
    expect(here.stderr).toMatch(/KINGBUS_KEYS: .* is not empty/u);

    const place = await emptyPlace('dry');
    expect(await kingbus(['restore', made.folder, '--dry-run'], place.settings)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('is whole, and can be restored here'),
    });
    appendFileSync(join(made.folder, 'database.sql.gz'), 'x');
    const damaged = await kingbus(['restore', made.folder], place.settings);
    expect(damaged).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('database.sql.gz: is missing, or not as it was written'),
    });
    writeFileSync(join(made.folder, 'manifest.json'), '{}');
    expect((await kingbus(['restore', made.folder], place.settings)).stderr).toContain(
      'is not the manifest of a backup',
    );
    await place.drop();
  });
});

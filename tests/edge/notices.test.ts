import { globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMailBinding } from '../../adapters/edge/mail-binding.ts';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId, EventId } from '../../schema/ids.ts';
import { devNotices, noticeChannels, outbox } from '../../schema/outbox.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { testSettings } from '../support/servers/settings.ts';
import { SolapiServer } from '../support/servers/solapi-server.ts';

const { databaseUrl, keysDirectory } = testSettings();
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

describe('the Worker', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let own: Database;
  let solapi: SolapiServer;
  let worker: Worker;
  const id = crypto.randomUUID() as AccountId;

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    own = connect(database.url, { connections: 1 });
    solapi = await SolapiServer.start();
    const reached = { email: 'minji@example.test', phone: '+821012345678' };
    const person = { id, username: 'minji', displayName: '민지', role: 'customer', state: 'active' } as const;
    await own.insert(accounts).values({ ...person, ...reached, passwordHash: '', createdAt: ago(0) });
  });
  afterAll(async () => {
    await worker?.stop();
    solapi?.stop();
    await own?.$client.close();
    await database?.drop();
  });

  /** What a process wrote down a while ago, and did not come to send. */
  const leave = () =>
    own.insert(outbox).values(
      noticeChannels.map((channel) => ({
        eventId: crypto.randomUUID() as EventId,
        channel,
        target: id,
        event: { event: 'operator_activated' },
        senderId: id,
        happenedAt: ago(120_000),
        dueAt: ago(60_000),
      })),
    );

  it('sends mails through its binding, and text messages as Node does', async () => {
    const { key, secret, from, url } = solapi.settings;
    worker = await startWorker(database.url, {
      ...workerBindings(keysDirectory),
      KINGBUS_MAIL_FROM: '킹버스 <noreply@kingbus.test>',
      KINGBUS_SMS_KEY: key,
      KINGBUS_SMS_SECRET: secret,
      KINGBUS_SMS_FROM: from,
      KINGBUS_SMS_URL: url,
    });
    await leave();
    expect(await worker.scheduled()).toBe('ok');
    expect(solapi.taken).toMatchObject([
      { to: '01012345678', from, type: 'SMS', text: '[킹버스] 운영자 확인이 끝났습니다.\nhttp://kingbus.test' },
    ]);
    // Where the platform's stand-in puts the texts of mails.
    const textsOfMails = () =>
      globSync(join(tmpdir(), 'miniflare-*/**/*email-text*/**/*.txt')).map((file) => readFileSync(file, 'utf8'));
    await vi.waitFor(() =>
      expect(textsOfMails()).toContain('운영자 확인이 끝났습니다.\n\n-- \nKingBus\nhttp://kingbus.test\n'),
    );
    expect(await own.select().from(outbox)).toEqual([]);
    expect(await own.select().from(devNotices)).toEqual([]);
  });

  it('keeps what it would send where nothing is set up', async () => {
    await worker?.stop();
    worker = await startWorker(database.url, workerBindings(keysDirectory));
    await leave();
    await own.execute('delete from jobs');
    expect(await worker.scheduled()).toBe('ok');
    const kept = await own.select().from(devNotices);
    expect(Object.fromEntries(kept.map(({ channel, address }) => [channel, address]))).toEqual({
      email: 'minji@example.test',
      sms: '+821012345678',
    });
  });
});

describe('the binding for mails', () => {
  const notice: Notice = {
    id: crypto.randomUUID(),
    channel: 'email',
    address: 'minji@example.test',
    subject: 'one\r\ntwo',
    body: 'body',
  };
  const from = { name: '', address: 'noreply@kingbus.test' };

  it('gives the platform a subject of one line, and our id', async () => {
    const send = vi.fn(() => Promise.resolve({ messageId: '' }));
    await createMailBinding({ send }, from).send(notice);
    expect(send).toHaveBeenCalledWith({
      from: 'noreply@kingbus.test',
      to: notice.address,
      subject: 'one two',
      text: 'body',
      headers: { 'X-Auto-Response-Suppress': 'All', 'X-Kingbus-Notice': notice.id },
    });
  });

  it.each([
    ['E_RECIPIENT_SUPPRESSED', NoticeRefused],
    ['E_RATE_LIMIT_EXCEEDED', NoticesUnavailable],
    ['E_SENDER_NOT_VERIFIED', NoticesUnavailable],
    [undefined, NoticesUnavailable],
  ])('says by its code what is wrong, and by nothing else: %s', async (code, kind) => {
    const error = Object.assign(new Error('minji@example.test is not welcome'), { code });
    const send = () => Promise.reject(error);
    const failure = await createMailBinding({ send }, from)
      .send(notice)
      .catch((thrown: unknown) => thrown as Error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject({ message: `mail: ${code ?? 'no code'}` });
    expect(failure).not.toHaveProperty('cause');
  });
});

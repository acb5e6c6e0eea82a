import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSmtpNotifier } from '../../adapters/mail/smtp.ts';
import { createNotifier } from '../../adapters/shared/notifier.ts';
import { leaveToOutbox } from '../../adapters/shared/leave-to-outbox.ts';
import { systemClock } from '../../adapters/shared/system-clock.ts';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import type { Account } from '../../functions/accounts/account-schema.ts';
import { change } from '../../functions/changes/change.ts';
import { deliverNotices, deliverOutbox } from '../../functions/changes/deliver-outbox.ts';
import type { Recorder } from '../../functions/changes/recorder.ts';
import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import { codeText } from '../../functions/notices/texts/codes.ts';
import type { Log, Notifier, Ports } from '../../functions/ports.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { outbox } from '../../schema/outbox.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { validCustomer } from '../support/people/people.ts';
import { actorOf, listenTo, testPorts as portsOfRun } from '../support/ports.ts';
import { startMailServer } from '../support/servers/mail-server.ts';
import { testSettings } from '../support/servers/settings.ts';

/** A database of its own: a job delivers whatever is due, whose it may be. */
let db: Database;
let url: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ url, drop } = await createTestDatabase(testSettings().databaseUrl));
  db = connect(url, { connections: 10 });
});
afterAll(async () => {
  await db?.$client.close();
  await drop?.();
});

const testPorts = (others: Parameters<typeof portsOfRun>[0]) => portsOfRun({ db, ...others });

/** Somebody who is reached by mail and by telephone. */
async function newPerson() {
  const id = crypto.randomUUID() as AccountId;
  const { username, phone, displayName } = validCustomer();
  const reached = { email: `${username}@example.test`, phone: phone.replace(/^0/u, '+82') };
  const row = { id, username, displayName, ...reached, role: 'customer', state: 'active' } as const;
  await db.insert(accounts).values({ ...row, passwordHash: '', createdAt: new Date().toISOString() });
  return { id, ...reached, account: { id, role: 'customer' } as unknown as Account };
}

const event = { event: 'operator_activated' } as const;

/** A provider that knows ids again, as the port hopes for, and does what it is told. */
class Provider implements Notifier {
  readonly taken = new Map<string, Notice>();
  tries = 0;
  does: (notice: Notice) => Promise<void> = () => Promise.resolve();

  async send(notice: Notice): Promise<void> {
    this.tries++;
    await this.does(notice);
    if (!this.taken.has(notice.id)) this.taken.set(notice.id, notice);
  }

  get texts() {
    return [...this.taken.values()].map(({ channel, address, body }) => ({ channel, address, body }));
  }
}

function keptLog() {
  const lines: object[] = [];
  const keep = (values: object, message: string) => void lines.push({ ...values, message });
  return { lines, log: { debug: keep, info: keep, warn: keep, error: keep } satisfies Log };
}

describe('an event that is written to somebody', () => {
  let contact: Awaited<ReturnType<typeof newPerson>>;
  let provider: Provider;

  beforeEach(async () => {
    await db.delete(outbox);
    contact = await newPerson();
    provider = new Provider();
  });

  const rows = () => db.select().from(outbox).where(eq(outbox.target, contact.id));
  const set = (values: Partial<typeof accounts.$inferInsert>) =>
    db.update(accounts).set(values).where(eq(accounts.id, contact.id));
  const inform = (ports: Ports, record: (record: Recorder) => void) =>
    change(ports, actorOf(contact), async (_tx, recorder) => record(recorder));
  const byMail = (record: Recorder) => record.inform(contact.id, ['email'], event);

  it('goes by mail and text message, once, and its rows go with it', async () => {
    const { ports } = await testPorts({ notifier: provider });
    await inform(ports, (record) => record.inform(contact.id, ['email', 'sms'], event));
    await ports.delivery.settled();
    expect(provider.texts).toEqual([
      {
        channel: 'email',
        address: contact.email,
        body: '운영자 확인이 끝났습니다.\n\n-- \nKingBus\nhttp://kingbus.test\n',
      },
      { channel: 'sms', address: contact.phone, body: '[킹버스] 운영자 확인이 끝났습니다.\nhttp://kingbus.test' },
    ]);
    expect(await rows()).toEqual([]);
  });

  it('is read in a real mailbox', async () => {
    const server = await startMailServer();
    onTestFinished(() => server.stop());
    const smtp = createSmtpNotifier(server.settings, { clock: systemClock });
    const { ports } = await testPorts({ notifier: smtp });
    await inform(ports, byMail);
    await ports.delivery.settled();
    smtp.close();
    expect(server.mails().map(({ headers, body }) => [headers.get('to'), headers.get('subject'), body.trim()])).toEqual(
      [
        [
          contact.email,
          '[킹버스] 운영자 확인이 끝났습니다.',
          '운영자 확인이 끝났습니다.\n\n-- \nKingBus\nhttp://kingbus.test',
        ],
      ],
    );
  });

  it('is in the language of the account as it is then', async () => {
    const { ports, clock } = await testPorts({ notifier: provider, delivery: leaveToOutbox });
    await inform(ports, byMail);
    await set({ language: 'en' });
    const later = await testPorts({ notifier: provider, now: clock.now() + 61_000 });
    await deliverNotices(later.ports);
    expect(provider.texts).toMatchObject([
      { body: expect.stringContaining('Your account has been verified.') as string },
    ]);
  });

  it('goes where the account was until now, on that channel alone', async () => {
    const { ports } = await testPorts({ notifier: provider });
    await inform(ports, (record) => record.inform(contact.id, ['email', 'sms'], event, 'before@example.test'));
    await ports.delivery.settled();
    expect(provider.texts).toMatchObject([
      { channel: 'email', address: 'before@example.test' },
      { channel: 'sms', address: contact.phone },
    ]);
  });

  it.each(['before', 'after'])('is written once though its process dies %s the provider took it', async (when) => {
    const first = await testPorts({ notifier: provider, delivery: leaveToOutbox });
    await inform(first.ports, byMail);
    // What a process did that died before it could forget the row.
    if (when === 'after') {
      const [row] = await rows();
      await provider.send({ id: row?.eventId ?? '', channel: 'email', address: contact.email, subject: '', body: '' });
    }
    const { ports, clock } = await testPorts({ notifier: provider, now: first.clock.now() });
    await deliverNotices(ports);
    expect(provider.tries).toBe(when === 'after' ? 1 : 0);
    clock.advance(61_000);
    await Promise.all([deliverNotices(ports), deliverNotices(ports), deliverNotices(ports)]);
    expect(provider.taken.size).toBe(1);
    expect(provider.tries).toBe(when === 'after' ? 2 : 1);
    expect(await rows()).toEqual([]);
  });

  it('is taken out of the outbox as soon as it is sent, not when all are', async () => {
    const others = await Promise.all([newPerson(), newPerson()]);
    const { promise: never } = Promise.withResolvers<void>();
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    provider.does = async ({ address }) => {
      if (address !== contact.email) await never;
      else resolve();
    };
    const { ports } = await testPorts({ notifier: provider });
    await inform(ports, (record) => {
      for (const { id } of [contact, ...others]) record.inform(id, ['email'], event);
    });
    await sent;
    await expect.poll(async () => (await db.select().from(outbox)).map(({ target }) => target)).toHaveLength(2);
    expect(await rows()).toEqual([]);
  });

  it('is delayed by a mail server that is down, and nothing else is', async () => {
    const { promise: down } = Promise.withResolvers<void>();
    provider.does = ({ channel }) => (channel === 'email' ? down : Promise.resolve());
    const { ports } = await testPorts({ notifier: provider });
    const ears = await listenTo(ports.bus, contact);
    await inform(ports, (record) => {
      record.inform(contact.id, ['email', 'sms'], event);
      record.event([contact.id], event);
      record.send({ channel: 'sms', address: contact.phone, subject: 'code', body: '123456' });
    });
    await expect.poll(() => ears.heard).toHaveLength(1);
    await expect.poll(() => provider.texts.map(({ channel }) => channel)).toEqual(['sms', 'sms']);
    await expect.poll(async () => (await rows()).map(({ channel }) => channel)).toEqual(['email']);
  });

  it('waits for a provider ever longer, and is no news after three days', async () => {
    provider.does = () => Promise.reject(new NoticesUnavailable('mail: CONN ECONNECTION'));
    const { ports, clock } = await testPorts({ notifier: provider });
    await inform(ports, byMail);
    await ports.delivery.settled();
    const tries: number[] = [];
    for (let hour = 0; hour < 12; hour++) {
      clock.advance(3600_000);
      await deliverNotices(ports);
      tries.push(provider.tries);
    }
    expect(tries[0]).toBe(2);
    expect(tries.at(-1)).toBeLessThanOrEqual(13);
    expect(await rows()).toHaveLength(1);
    clock.advance(72 * 3600_000);
    expect(await deliverNotices(ports)).toEqual({ delivered: 0, left: 0, dropped: 1 });
    expect(await rows()).toEqual([]);
  });

  it('that is refused is dropped, and logged without the address', async () => {
    provider.does = () => Promise.reject(new NoticeRefused('mail: RCPT TO 550'));
    const { lines, log } = keptLog();
    const { ports } = await testPorts({ notifier: provider, log });
    await inform(ports, (record) => record.inform(contact.id, ['email', 'sms'], event));
    await ports.delivery.settled();
    expect(await rows()).toEqual([]);
    const refusals = lines.filter((line) => 'channel' in line);
    expect(refusals).toMatchObject([
      { message: 'a notice was refused', channel: 'email', accountId: contact.id, event: event.event },
      { message: 'a notice was refused', channel: 'sms' },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${contact.email}|\\${contact.phone}`, 'u'));
  });

  it('reaches nobody who has closed the account meanwhile, but where it was said to go', async () => {
    const { ports, clock } = await testPorts({ notifier: provider, delivery: leaveToOutbox });
    await inform(ports, byMail);
    await inform(ports, (record) => record.inform(contact.id, ['sms'], event, '+821000000000'));
    await set({ state: 'closed', email: null, phone: null });
    const later = await testPorts({ notifier: provider, now: clock.now() + 61_000 });
    await deliverNotices(later.ports);
    expect(provider.texts).toMatchObject([{ channel: 'sms', address: '+821000000000' }]);
    expect(await rows()).toEqual([]);
  });

  it('asks for all addresses at once, however many there are', async () => {
    const { ports, clock } = await testPorts({ notifier: provider, delivery: leaveToOutbox });
    for (let notice = 0; notice < 20; notice++) await inform(ports, byMail);
    const asked: string[] = [];
    const observed = connect(url, { connections: 2, observe: (text) => asked.push(text) });
    onTestFinished(() => observed.$client.close());
    const later = await testPorts({ notifier: provider, now: clock.now() + 61_000, db: observed });
    await deliverNotices(later.ports);
    expect(provider.taken.size).toBe(20);
    expect(asked.filter((text) => text.includes('from `accounts`'))).toHaveLength(1);
    expect(await rows()).toEqual([]);
  });
});

describe('a code', () => {
  it('is sent once after the commit, kept nowhere, and not tried again', async () => {
    const person = await newPerson();
    const provider = new Provider();
    const { lines, log } = keptLog();
    const { ports, clock } = await testPorts({ notifier: provider, log });
    const code = '314159';
    const send = (record: Recorder) => {
      const text = codeText({ code, purpose: 'register' }, 'ko');
      record.send({ channel: 'email', address: 'new@example.test', ...text });
    };
    await expect(
      change(ports, actorOf(person), async (_tx, record) => {
        send(record);
        throw new Error('it is not to be');
      }),
    ).rejects.toThrow('it is not to be');
    await ports.delivery.settled();
    expect(provider.tries).toBe(0);

    provider.does = () => Promise.reject(new NoticesUnavailable('mail: CONN ECONNECTION'));
    await change(ports, actorOf(person), async (_tx, record) => {
      record.audit({ kind: 'account', id: person.id }, 'ask_code', { purpose: 'register' });
      send(record);
    });
    await ports.delivery.settled();
    expect(provider.tries).toBe(1);
    const kept = await db.select().from(outbox);
    expect(JSON.stringify([kept, lines])).not.toContain(code);
    expect(lines).toContainEqual(expect.objectContaining({ message: 'a code could not be sent', channel: 'email' }));

    provider.does = () => Promise.resolve();
    clock.advance(3600_000);
    await deliverOutbox(ports);
    await deliverNotices(ports);
    expect(provider.tries).toBe(1);
    await change(ports, actorOf(person), async (_tx, record) => send(record));
    await ports.delivery.settled();
    expect(provider.texts).toMatchObject([
      { body: expect.stringMatching(/314159[^]*http:\/\/kingbus\.test\n$/u) as string },
    ]);
  });
});

describe('the notifier of a process', () => {
  const notice = (others: Partial<Notice> = {}): Notice => ({
    id: crypto.randomUUID(),
    channel: 'email',
    address: 'minji@example.test',
    subject: 'subject',
    body: 'body',
    ...others,
  });

  async function notifierOf(environment: 'production' | 'test', channels: Parameters<typeof createNotifier>[1]) {
    const counted: Record<string, number> = {};
    const count = (_name: string, { channel, outcome }: Record<string, string>) => {
      const name = `${channel} ${outcome}`;
      counted[name] = (counted[name] ?? 0) + 1;
    };
    const { ports } = await testPorts({});
    const metrics = { ...ports.metrics, count: count as never };
    const settings = { ...ports.settings, environment };
    return { counted, notifier: createNotifier({ ...ports, metrics, settings }, channels) };
  }

  it('counts what becomes of each notice', async () => {
    const provider = new Provider();
    const { counted, notifier } = await notifierOf('production', { email: provider });
    await notifier.send(notice());
    provider.does = () => Promise.reject(new NoticeRefused('no'));
    await expect(notifier.send(notice())).rejects.toThrow(NoticeRefused);
    provider.does = () => Promise.reject(new NoticesUnavailable('later'));
    await expect(notifier.send(notice())).rejects.toThrow(NoticesUnavailable);
    expect(counted).toEqual({ 'email sent': 1, 'email refused': 1, 'email unavailable': 1 });
  });

  it('keeps no text in production where a channel is not set up: the notice may be tried again', async () => {
    const { counted, notifier } = await notifierOf('production', {});
    await expect(notifier.send(notice({ channel: 'sms', address: '+821012345678' }))).rejects.toThrow(
      NoticesUnavailable,
    );
    expect(counted).toEqual({ 'sms unavailable': 1 });
  });

  it('has five under way on a channel at once; one channel does not wait for another', async () => {
    const provider = new Provider();
    const { promise: held, resolve } = Promise.withResolvers<void>();
    provider.does = ({ channel }) => (channel === 'email' ? held : Promise.resolve());
    const { notifier } = await notifierOf('production', { email: provider, sms: provider });
    const mails = Array.from({ length: 8 }, () => notifier.send(notice()));
    await notifier.send(notice({ channel: 'sms' }));
    expect(provider.tries).toBe(6);
    resolve();
    await Promise.all(mails);
    expect(provider.tries).toBe(9);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSmtpNotifier } from '../../adapters/mail/smtp.ts';
import type { SmtpNotifier } from '../../adapters/mail/smtp.ts';
import type { MailSettings } from '../../adapters/mail/mail-settings.ts';
import { systemClock } from '../../adapters/shared/system-clock.ts';
import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import { Authority } from '../support/servers/certificates.ts';
import { startMailServer } from '../support/servers/mail-server.ts';
import type { MailServer } from '../support/servers/mail-server.ts';
import { ScriptedMailServer } from '../support/servers/scripted-mail-server.ts';

const noticeOf = (others: Partial<Notice> = {}): Notice => ({
  id: crypto.randomUUID(),
  channel: 'email',
  address: 'minji@example.test',
  subject: '[킹버스] 새 견적이 도착했습니다.',
  body: '새 견적이 도착했습니다.\n\n-- \nKingBus\nhttps://kingbus.test\n',
  ...others,
});

const opened: SmtpNotifier[] = [];
function notifierFor(settings: MailSettings, options: { patienceMs?: number; ca?: string } = {}): SmtpNotifier {
  const notifier = createSmtpNotifier(settings, { clock: systemClock, ...options });
  opened.push(notifier);
  return notifier;
}
afterEach(() => {
  for (const notifier of opened.splice(0)) notifier.close();
});

/** How sending ends. */
async function outcomeOf(sending: Promise<void>): Promise<Error | undefined> {
  try {
    await sending;
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe('a mail in a real server’s mailbox', () => {
  let server: MailServer;
  beforeAll(async () => {
    server = await startMailServer();
  });
  afterAll(() => server.stop());

  it('is in Korean, from us, and known by its id', async () => {
    const notice = noticeOf();
    await notifierFor(server.settings).send(notice);
    const [mail] = server.mails();
    expect(mail?.body.trimEnd()).toBe(notice.body.trimEnd());
    expect(Object.fromEntries(mail?.headers ?? [])).toMatchObject({
      subject: notice.subject,
      from: '킹버스 <noreply@kingbus.test>',
      to: 'minji@example.test',
      'message-id': `<${notice.id}@kingbus.test>`,
      'auto-submitted': 'auto-generated',
      'content-type': 'text/plain; charset=utf-8',
      'x-mailfrom': 'noreply@kingbus.test',
      'x-rcptto': 'minji@example.test',
    });
    // Nothing but ASCII travels: any server on the way takes it.
    expect(mail?.raw).toMatch(/^\p{ASCII}+$/u);
  });

  it('has no header that its subject brought', async () => {
    const subject = 'one\r\nBcc: other@example.test\r\n\r\nbody\u2028X-Two: 2';
    const notice = noticeOf({ subject, body: '.\r\nRCPT TO:<other@example.test>\r\n.\r\nQUIT\r\n' });
    await notifierFor(server.settings).send(notice);
    const mail = server.mails().find(({ headers }) => headers.get('message-id')?.includes(notice.id));
    expect(mail?.headers.get('subject')).toBe('one Bcc: other@example.test body X-Two: 2');
    expect([...(mail?.headers.keys() ?? [])]).not.toContain('bcc');
    expect(mail?.headers.get('x-rcptto')).toBe('minji@example.test');
    expect(mail?.body.replaceAll('\r\n', '\n')).toContain('.\nRCPT TO:<other@example.test>\n.\nQUIT');
  });

  it.each([
    'minji@example.test\r\nRCPT TO:<other@example.test>',
    'minji',
    '<a@b.test>',
    'a@b.test, c@d.test',
    '"a b"@c.test',
    '',
  ])('does not go to what is no address: %j', async (address) => {
    const error = await outcomeOf(notifierFor(server.settings).send(noticeOf({ address })));
    expect(error).toBeInstanceOf(NoticeRefused);
    if (address !== '') expect(error?.message).not.toContain(address);
  });
});

describe('the certificate of a mail server', () => {
  let folder: string;
  let authority: Authority;
  let server: MailServer;
  let wrong: MailServer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-mail-tls-'));
    authority = new Authority(folder, 'authority');
    server = await startMailServer(authority.vouchFor('localhost'));
    wrong = await startMailServer(authority.vouchFor('other.test'));
  });
  afterAll(async () => {
    await server?.stop();
    await wrong?.stop();
    rmSync(folder, { recursive: true });
  });

  it('has to be of an authority that is believed, and for its name', async () => {
    const ca = readFileSync(authority.certificate, 'utf8');
    await notifierFor(server.settings, { ca }).send(noticeOf());
    expect(server.mails()).toHaveLength(1);
    const refusals = [notifierFor(server.settings), notifierFor(wrong.settings, { ca })];
    for (const notifier of refusals) {
      const error = await outcomeOf(notifier.send(noticeOf()));
      expect(error).toBeInstanceOf(NoticesUnavailable);
    }
    expect([server.mails().length, wrong.mails().length]).toEqual([1, 0]);
  });
});

describe('a mail server', () => {
  let server: ScriptedMailServer;
  beforeEach(async () => {
    server = await ScriptedMailServer.start();
  });
  afterEach(() => server.stop());

  const later = NoticesUnavailable;
  const never = NoticeRefused;
  it.each<[string, ScriptedMailServer['script'], typeof later | typeof never]>([
    ['that greets with 421', { greeting: '421 4.3.2 later' }, later],
    ['that greets with 554', { greeting: '554 5.3.2 not here' }, later],
    ['that hangs up', { greeting: 'hang up' }, later],
    ['that bars the sender', { MAIL: '550 5.7.1 <noreply@kingbus.test> is barred' }, later],
    ['that is busy with this recipient', { RCPT: '450 4.2.1 <minji@example.test> is greylisted' }, later],
    ['whose mailbox is full', { RCPT: '452 4.2.2 full' }, later],
    ['that has no such recipient', { RCPT: '550 5.1.1 <minji@example.test>: no such user' }, never],
    ['that takes no text', { DATA: '451 4.3.0 later' }, later],
    ['that hangs up after the text', { message: 'hang up' }, later],
    ['that does not like the text', { message: '554 5.6.0 minji@example.test would not like it' }, never],
    ['that cannot keep the text now', { message: '421 4.3.0 going down' }, later],
  ])('%s', async (_kind, script, expected) => {
    Object.assign(server.script, script);
    const error = await outcomeOf(notifierFor(server.settings).send(noticeOf()));
    expect(error).toBeInstanceOf(expected);
    expect(error?.cause).toBeUndefined();
    expect(error?.message).toMatch(/^mail: [\w ]+$/u);
  });

  it.each<[string, ScriptedMailServer['script']]>([
    ['greets late', { greeting: 'silence' }],
    ['says nothing to a recipient', { RCPT: 'silence' }],
    ['says nothing on the text', { message: 'silence' }],
  ])('that %s is not waited for long, and its connection is cut', async (_kind, script) => {
    Object.assign(server.script, script);
    const error = await outcomeOf(notifierFor(server.settings, { patienceMs: 200 }).send(noticeOf()));
    expect(error).toBeInstanceOf(NoticesUnavailable);
    expect(error?.message).toBe('mail: not taken within 0.2 s');
    // What was given up must not be sent after all, once the server goes on.
    await vi.waitFor(() => expect(server.open).toBe(0));
  });

  it('that offers no STARTTLS gets nothing, where it is on another machine', async () => {
    const error = await outcomeOf(notifierFor({ ...server.settings, tls: 'starttls' }).send(noticeOf()));
    expect(error).toBeInstanceOf(NoticesUnavailable);
    expect(server.commands.filter((command) => !/^(?:EHLO|STARTTLS)/u.test(command))).toEqual([]);
  });

  it('that does not know our log-in keeps the mail waiting; with the right one it is logged in to', async () => {
    const settings = { ...server.settings, user: { name: 'kingbus', password: 'p@ss: 비밀' } };
    server.script.AUTH = '535 5.7.8 who is kingbus?';
    const error = await outcomeOf(notifierFor(settings).send(noticeOf()));
    expect(error).toBeInstanceOf(NoticesUnavailable);
    expect(error?.message).toBe('mail: AUTH PLAIN 535');
    delete server.script.AUTH;
    const notifier = notifierFor(settings);
    await notifier.check();
    await notifier.send(noticeOf());
    const login = Buffer.from('\0kingbus\0p@ss: 비밀').toString('base64');
    expect(server.commands).toContain(`AUTH PLAIN ${login}`);
    expect(server.mails).toHaveLength(1);
  });

  it('is spoken to over one connection again and again, and over a new one where that has ended', async () => {
    const notifier = notifierFor(server.settings);
    for (let mail = 0; mail < 3; mail++) await notifier.send(noticeOf());
    expect([server.connections, server.mails.length]).toEqual([1, 3]);
    server.script.RSET = 'hang up';
    await notifier.send(noticeOf());
    expect([server.connections, server.mails.length]).toEqual([2, 4]);
    server.hangUp();
    delete server.script.RSET;
    await notifier.send(noticeOf());
    expect([server.connections, server.mails.length]).toEqual([3, 5]);
  });
});

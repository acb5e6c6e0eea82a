import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MailSettings } from '../../../adapters/mail/mail-settings.ts';
import { retryTakenPort, startInBackground } from '../../../local/servers/background.ts';
import { accepts, freePort } from '../../../local/servers/ports.ts';
import { program } from '../../../local/tools/tools.ts';
import type { Certificate } from './certificates.ts';

/** A mail as it lies in the server's mailbox. */
export interface ReceivedMail {
  /** By their names in small letters; encoded words are decoded. */
  headers: Map<string, string>;
  body: string;
  raw: string;
}

export interface MailServer {
  settings: MailSettings;
  mails(): ReceivedMail[];
  stop(): Promise<void>;
}

/** A real mail server with a mailbox of its own: aiosmtpd, over TLS for who gives a certificate. */
export async function startMailServer({ certificate, key }: Partial<Certificate> = {}): Promise<MailServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-mail-'));
  const mailbox = join(folder, 'mailbox');
  return retryTakenPort(async () => {
    const port = await freePort();
    const tls = certificate !== undefined && key !== undefined ? ['--smtpscert', certificate, '--smtpskey', key] : [];
    const server = await startInBackground({
      name: 'aiosmtpd',
      program: program('aiosmtpd'),
      arguments: ['-n', '-l', `127.0.0.1:${port}`, ...tls, '-c', 'aiosmtpd.handlers.Mailbox', mailbox],
      folder,
      answers: () => accepts(port),
    });
    const from = { name: '킹버스', address: 'noreply@kingbus.test' };
    return {
      settings: { host: 'localhost', port, tls: tls.length > 0 ? 'implicit' : 'none', user: undefined, from },
      mails() {
        const fresh = join(mailbox, 'new');
        const names = existsSync(fresh) ? readdirSync(fresh).toSorted() : [];
        return names.map((name) => parseMail(readFileSync(join(fresh, name), 'utf8')));
      },
      async stop() {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
}

function parseMail(raw: string): ReceivedMail {
  const text = raw.replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const lines = text
    .slice(0, end)
    .replaceAll(/\n[ \t]+/gu, ' ')
    .split('\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  const encoded = text.slice(end + 2);
  const encoding = headers.get('content-transfer-encoding') ?? '7bit';
  return { headers, body: decodeBody(encoded, encoding), raw };
}

const decodeBody = (text: string, encoding: string): string =>
  encoding === 'base64'
    ? Buffer.from(text, 'base64').toString()
    : encoding === 'quoted-printable'
      ? unquoted(text.replaceAll('=\n', '')).toString()
      : text;

/** Encoded words (RFC 2047): between two of them a space is none. */
const decodeWords = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/gu, '?==?')
    .replaceAll(/(?:=\?UTF-8\?[BQ]\?[^?]*\?=)+/giu, (words) =>
      Buffer.concat(
        [...words.matchAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/giu)].map(([, kind = '', word = '']) =>
          kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : unquoted(word.replaceAll('_', ' ')),
        ),
      ).toString(),
    );

const unquoted = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/(=[0-9A-F]{2})/u)
      .map((part) => (/^=[0-9A-F]{2}$/u.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))),
  );

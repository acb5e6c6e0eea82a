/** Where mails are handed over, and from whom they are. */
export interface MailSettings {
  host: string;
  port: number;
  /** From the first byte on; by STARTTLS, without which nothing is said; or not at all, which is for this machine alone. */
  tls: 'implicit' | 'starttls' | 'none';
  user: { name: string; password: string } | undefined;
  from: Sender;
}

export interface Sender {
  name: string;
  address: string;
}

export const mailUrlForm = 'expected smtp://host, smtps://host, or with user:password@ and :port';

/**
 * What a mail server's address says: `smtps://` is TLS from the start (port 465), `smtp://` STARTTLS (port 587), but for a server on this
 * very machine, to which nothing travels. Undefined where it says something else.
 */
export function parseMailUrl(text: string): Omit<MailSettings, 'from'> | undefined {
  if (!/^smtps?:\/\//u.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (hostname === '' || !/^\/?$/u.test(pathname) || search !== '' || hash !== '') return undefined;
  const host = decodeURIComponent(hostname).replaceAll(/^\[|\]$/gu, '');
  const implicit = protocol === 'smtps:';
  return {
    host,
    port: Number(port) || (implicit ? 465 : 587),
    tls: implicit ? 'implicit' : isThisMachine(host) ? 'none' : 'starttls',
    user: username === '' ? undefined : { name: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}

const isThisMachine = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/u.test(host);

export const mailFromForm = 'expected noreply@kingbus.kr, or 킹버스 <noreply@kingbus.kr>';

/** `name <address>` or the address alone, on one line; undefined where it is something else. */
export function parseSender(text: string): Sender | undefined {
  const parts = /^(?:(?<name>[^<>"\p{Cc}]*)<(?<inner>[^<>]+)>|(?<alone>[^<>]+))$/u.exec(text.trim())?.groups;
  const address = parts?.['inner'] ?? parts?.['alone'] ?? '';
  return isMailAddress(address) ? { name: (parts?.['name'] ?? '').trim(), address } : undefined;
}

/** Nothing but one address, which ends no header and no command: ASCII, as accounts have them. */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*$/u.test(text);

import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import { shortMessageBytes, smsBytes } from '../../functions/notices/sms-bytes.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import type { Clock, Notifier } from '../../functions/ports.ts';
import { toInstant } from '../../functions/instant.ts';
import { signRequest } from './solapi-signature.ts';
import type { SolapiKey } from './solapi-signature.ts';

export interface SmsSettings extends SolapiKey {
  /** A number that is registered with the provider, digits alone. */
  from: string;
  /** The origin of the API: `https://api.solapi.com`, or a stand-in. */
  url: string;
}

export interface SmsNotifier extends Notifier {
  /** Asks for what is left on the account, in KRW, which shows that the key is good. Rejects as `send` does. */
  check(): Promise<number>;
}

/** The ids of notices that were taken are remembered as far back as this many. */
const rememberedAtMost = 1000;

/**
 * Text messages through Solapi's HTTP API (https://developers.solapi.com/references/messages/sendManyDetail), by fetch and Web Crypto alone.
 * A text of up to 90 bytes is an SMS, a longer one an LMS.
 *
 * Solapi knows no key of ours by which it would take a request once: `allowDuplicates: false` looks within one request alone. So a notice that
 * this process saw taken is not sent again by it, but one whose answer was lost, or that another process sent and died over, may
 * arrive twice; its id is in `customFields`, where the provider's log shows it.
 */
export function createSolapi(
  settings: SmsSettings,
  { clock, patienceMs = 10_000 }: { clock: Clock; patienceMs?: number },
): SmsNotifier {
  const taken = new Set<string>();
  let quietUntil = 0;

  /** One call, of which nothing but a status, codes and counts is ever said. */
  async function call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<SolapiAnswer> {
    const wait = quietUntil - clock.now();
    if (wait > 0) throw new NoticesUnavailable(`sms: asked to wait for ${Math.ceil(wait / 1000)} s more`);
    const date = toInstant(clock.now());
    const authorization = await signRequest(settings, date, crypto.randomUUID().replaceAll('-', ''));
    try {
      const response = await fetch(`${settings.url}${path}`, {
        method,
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // It would carry the signature elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      });
      const retryAfter = Number(response.headers.get('retry-after'));
      if (retryAfter > 0 && !response.ok) quietUntil = clock.now() + Math.min(retryAfter, longestWait) * 1000;
      return { status: response.status, body: await readAnswer(response) };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      throw new NoticesUnavailable(`sms: ${name === 'TimeoutError' ? 'no answer' : 'no connection'} (${name})`);
    }
  }

  return {
    async send(notice) {
      if (taken.has(notice.id)) return;
      const message = messageOf(notice, settings.from);
      const answer = await call('POST', '/messages/v4/send-many/detail', {
        messages: [message],
        allowDuplicates: false,
      });
      requireTaken(answer);
      taken.add(notice.id);
      const [oldest] = taken;
      if (taken.size > rememberedAtMost && oldest !== undefined) taken.delete(oldest);
    },
    async check() {
      const answer = await call('GET', '/cash/v1/balance');
      if (answer.status !== 200) throw failureOf(answer);
      return Number(answer.body['balance'] ?? 0) + Number(answer.body['point'] ?? 0);
    },
  };
}

/** Of a `Retry-After`, in seconds. */
const longestWait = 600;

interface SolapiAnswer {
  status: number;
  body: Record<string, unknown>;
}

async function readAnswer(response: Response): Promise<SolapiAnswer['body']> {
  const text = await response.text();
  try {
    return Object(JSON.parse(text)) as SolapiAnswer['body'];
  } catch {
    return {};
  }
}

/** A message as Solapi takes it: a domestic number without its country. */
function messageOf({ id, address, subject, body }: Notice, from: string) {
  const digits = /^\+82(\d{8,11})$/u.exec(address)?.[1];
  if (digits === undefined) throw new NoticeRefused('sms: this is no Korean number');
  const common = { to: `0${digits}`, from, text: body, country: '82', customFields: { noticeId: id } };
  return smsBytes(body) <= shortMessageBytes
    ? { ...common, type: 'SMS' }
    : { ...common, type: 'LMS', subject: short(subject) };
}

/** The subject of an LMS: 40 bytes at most. */
function short(subject: string): string {
  let text = subject;
  while (smsBytes(text) > 40) text = text.slice(0, -1);
  return text;
}

/**
 * Throws where the message was not taken. One that is refused within an answer of 200 will be again, for its number or its text; that the
 * sender's number is not registered (1062) is ours to mend.
 */
function requireTaken(answer: SolapiAnswer): void {
  if (answer.status !== 200) throw failureOf(answer);
  const { failedMessageList: failed } = answer.body;
  const [first] = Array.isArray(failed) ? (failed as unknown[]) : [];
  if (first === undefined) return;
  const code = codeIn((first as Record<string, unknown>)['statusCode']);
  throw code === '1062' ? new NoticesUnavailable(`sms: ${code}`) : new NoticeRefused(`sms: ${code}`);
}

/** By its status and the provider's code. Nothing of that is about the person: keys, balances, limits, outages. */
const failureOf = ({ status, body }: SolapiAnswer): NoticesUnavailable =>
  new NoticesUnavailable(`sms: ${status} ${codeIn(body['errorCode'])}`.trim());

/** A code as it may be logged; a text that a provider puts in its place may not. */
const codeIn = (code: unknown): string => (typeof code === 'string' && /^\w{1,40}$/u.test(code) ? code : '');

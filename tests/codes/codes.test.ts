import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createKeys } from '../../adapters/shared/keys.ts';
import type { PrivateKey } from '../../adapters/shared/keys.ts';
import { findNewestCode } from '../../db/codes.ts';
import { checkCode, takeCode } from '../../functions/codes/check-code.ts';
import { newCode, targetHashes } from '../../functions/codes/code-hashes.ts';
import { codesFromOneNetwork, textsInADay } from '../../functions/codes/code-limits.ts';
import { sendCode } from '../../functions/codes/send-code.ts';
import { change } from '../../functions/changes/change.ts';
import { Problem } from '../../functions/http/problems.ts';
import type { VisitorActor } from '../../functions/identity/actor.ts';
import { codeText } from '../../functions/notices/texts/codes.ts';
import { eventText } from '../../functions/notices/texts/events.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import type { Limit, Limiter, Ports } from '../../functions/ports.ts';
import { codePurposes, codes } from '../../schema/codes.ts';
import { purgeExpired } from '../../functions/maintenance/purge-expired.ts';
import { Client, randomNetwork, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { codeTo, noticesTo } from '../support/people/notices.ts';
import { newCustomer, validCustomer } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';
import type { TestClock } from '../support/ports.ts';

const minute = 60_000;
const visitor = (): VisitorActor => ({ kind: 'visitor', address: randomNetwork(), requestId: 'test' });

let ports: Ports;
let clock: TestClock;
let sent: Notice[];

beforeEach(async () => {
  sent = [];
  ({ ports, clock } = await testPorts({ notifier: { send: async (notice) => void sent.push(notice) } }));
  ports = { ...ports, limiter: limiterBy(clock) };
});

/** Counts by the clock of the test. */
function limiterBy(clock: TestClock): Limiter {
  const windows = new Map<string, { attempts: number; endsAt: number }>();
  const windowOf = (key: string, { attempts, seconds }: Limit) => {
    const name = `${key} ${attempts}/${seconds}`;
    let window = windows.get(name);
    if (!window || window.endsAt <= clock.now()) {
      windows.set(name, (window = { attempts: 0, endsAt: clock.now() + seconds * 1000 }));
    }
    return window;
  };
  return {
    async take(key, limit) {
      const window = windowOf(key, limit);
      const allowed = window.attempts < limit.attempts;
      if (allowed) window.attempts++;
      const resetSeconds = Math.ceil((window.endsAt - clock.now()) / 1000);
      const remaining = limit.attempts - window.attempts;
      return { allowed, remaining, resetSeconds, retryAfterSeconds: allowed ? 0 : resetSeconds };
    },
    async giveBack(key, limit) {
      windowOf(key, limit).attempts--;
    },
  };
}

const register = { purpose: 'register' } as const;

/** Has a code sent to register with, and gives its digits. */
async function codeFor(target: string, actor = visitor()): Promise<string> {
  await sendCode(ports, actor, { ...register, target }, 'ko');
  await ports.delivery.settled();
  return /\d{6}/u.exec(sent.at(-1)?.body ?? '')?.[0] ?? '';
}

/** Another code than this. */
const not = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'right';
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
};
const tried = (target: string, code: string) => codeOf(checkCode(ports, { ...register, target, code }));

describe('a code', () => {
  it('has six digits, of which each is as likely as another', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 20_000; index++) {
      const code = newCode();
      expect(code).toMatch(/^\d{6}$/u);
      counts[Number(code[0])] = (counts[Number(code[0])] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(300);
  });

  it('is kept nowhere in clear, and neither is where it went', async () => {
    const { email } = validCustomer();
    const code = await codeFor(email);
    const row = await findNewestCode(database(), await targetHashes(ports, email), 'register');
    const [stored] = await database()
      .select()
      .from(codes)
      .where(eq(codes.id, row?.id ?? ('' as never)));
    expect(JSON.stringify(stored)).not.toContain(code);
    expect(JSON.stringify(stored)).not.toContain(email);
    expect(stored?.codeHash).toMatch(/^[\w-]{43}$/u);
  });

  it('is good for five minutes', async () => {
    const { email } = validCustomer();
    const code = await codeFor(email);
    clock.advance(5 * minute - 1);
    expect(await tried(email, code)).toBe('right');
    clock.advance(1);
    expect(await tried(email, code)).toBe('invalid_code');
  });

  it('is tried five times, the right one among them', async () => {
    const { email } = validCustomer();
    const code = await codeFor(email);
    for (let index = 0; index < 4; index++) expect(await tried(email, not(code))).toBe('invalid_code');
    expect(await tried(email, code)).toBe('right');
    expect(await tried(email, code)).toBe('invalid_code');
  });

  it('is tried five times, also by many at once', async () => {
    const { email } = validCustomer();
    const code = await codeFor(email);
    const answers = await Promise.all(Array.from({ length: 20 }, () => tried(email, code)));
    expect(answers.filter((answer) => answer === 'right')).toHaveLength(5);
  });

  it('is used once, also by two at once', async () => {
    const { email } = validCustomer();
    const right = await checkCode(ports, { ...register, target: email, code: await codeFor(email) });
    const use = () => codeOf(change(ports, visitor(), (tx, record) => takeCode(tx, right, record.at)));
    const answers = await Promise.all([use(), use()]);
    expect(answers.toSorted()).toEqual(['invalid_code', 'right']);
  });

  it('gives way to a newer one', async () => {
    const { email } = validCustomer();
    const first = await codeFor(email);
    clock.advance(minute);
    const second = await codeFor(email);
    expect(await tried(email, second === first ? not(first) : first)).toBe('invalid_code');
    expect(await tried(email, second)).toBe('right');
  });

  it.each(codePurposes.filter((purpose) => purpose !== 'register'))('to register is none to %s', async (purpose) => {
    const { email } = validCustomer();
    const code = await codeFor(email);
    expect(await codeOf(checkCode(ports, { purpose, target: email, code }))).toBe('invalid_code');
  });

  it('is one of its own target alone', async () => {
    const [one, other] = [validCustomer().email, validCustomer().email];
    const code = await codeFor(one);
    await codeFor(other);
    expect(await tried(other, code)).toBe('invalid_code');
  });

  it('is gone a day after its end', async () => {
    const left: number[] = [];
    for (const age of [24 * 60 + 4, 24 * 60 + 6]) {
      ({ ports } = await testPorts({ now: Date.now() - age * minute }));
      const { email } = validCustomer();
      await sendCode(ports, visitor(), { ...register, target: email }, 'ko');
      // Of others it takes what is as old: nobody asks for it.
      await purgeExpired({ db: database(), clock: { now: Date.now } });
      const [hash = ''] = await targetHashes(ports, email);
      left.push((await database().select().from(codes).where(eq(codes.targetHash, hash))).length);
    }
    expect(left).toEqual([1, 0]);
  });
});

describe('when our keys are rotated', () => {
  it('a code of before is right for as long as the old key verifies', async () => {
    const now = Math.floor(clock.now() / 1000);
    const key = async (kid: string, nbf: number): Promise<PrivateKey> => {
      const { privateKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
      return { ...(await crypto.subtle.exportKey('jwk', privateKey)), kid, nbf };
    };
    const [old, next] = [await key('old', now - 60), await key('next', now + 60)];
    const keys = await createKeys([old], { now: () => clock.now() });
    ports = { ...ports, keys };
    const { email } = validCustomer();
    const code = await codeFor(email);
    await keys.replace([old, next]);
    clock.advance(2 * minute);
    expect(keys.signing().kid).toBe('next');
    expect(await tried(email, code)).toBe('right');
    const other = validCustomer().email;
    expect(await tried(other, await codeFor(other))).toBe('right');
    await keys.replace([next]);
    expect(await tried(email, code)).toBe('invalid_code');
  });
});

/** When codes to one target are allowed, in minutes after the first. */
describe('the limits of codes', () => {
  const asked = async (target: string, actor = visitor()) =>
    codeOf(sendCode(ports, actor, { ...register, target }, 'en'));

  it('to one target: one a minute, five an hour, ten a day', async () => {
    const { email } = validCustomer();
    const allowed: number[] = [];
    for (let at = 0; at < 24 * 60; at += 0.5) {
      if ((await asked(email)) === 'right') allowed.push(at);
      clock.advance(minute / 2);
    }
    expect(allowed).toEqual([0, 1, 2, 3, 4, 60, 61, 62, 63, 64]);
    await ports.delivery.settled();
    expect(sent).toHaveLength(10);
  });

  it('from one network, of which IPv6 has a /64', async () => {
    const address = (index: number) =>
      `2001:db8:77:${Math.floor(clock.now() % 60_000).toString(16)}::${index.toString(16)}`;
    const [hourly = { attempts: 0, seconds: 0 }] = codesFromOneNetwork;
    for (let index = 0; index < hourly.attempts; index++) {
      expect(await asked(validCustomer().email, { ...visitor(), address: address(index) })).toBe('right');
    }
    expect(await asked(validCustomer().email, { ...visitor(), address: address(0xff) })).toBe('too_many_requests');
    expect(await asked(validCustomer().email)).toBe('right');
  });

  it('of text messages in a day, but not of mails', async () => {
    for (let index = 0; index < textsInADay.attempts; index++) await ports.limiter.take('code:texts', textsInADay);
    const { phone, email } = validCustomer();
    expect(await asked(`+82${phone.slice(1)}`)).toBe('too_many_requests');
    expect(await asked(email)).toBe('right');
  });

  it('say how long to wait', async () => {
    const { email } = validCustomer();
    const send = () => new Client().post('/v1/codes', { ...register, target: email });
    expect((await send()).status).toBe(202);
    const answer = await send();
    expect(answer).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});

describe('POST /v1/codes', () => {
  const statements = ({ headers }: { headers: Headers }) =>
    /desc="(\d+) of/u.exec(headers.get('Server-Timing') ?? '')?.[1];

  it.each(['register', 'find_username', 'reset_password'] as const)(
    'to %s does and says the same, whoever is there',
    async (purpose) => {
      const { account } = await newCustomer();
      for (const [known, unknown] of [
        [account.email, validCustomer().email],
        [account.phone, validCustomer().phone],
      ]) {
        const [there, nowhere] = await Promise.all(
          [known, unknown].map((target) => new Client().post('/v1/codes', { purpose, target })),
        );
        expect(there).toMatchObject({ status: 202, body: { expiresIn: 300 } });
        expect(nowhere?.text).toBe(there?.text);
        expect(statements(nowhere as never)).toBe(statements(there as never));
      }
    },
  );

  it('sends nothing to where no account is that could be recovered', async () => {
    const { account } = await newCustomer();
    const unknown = validCustomer().email;
    for (const target of [unknown, account.email]) {
      await new Client().post('/v1/codes', { purpose: 'reset_password', target });
    }
    await codeTo(account.email ?? '');
    expect(await noticesTo(unknown)).toEqual([]);
  });

  it.each([
    ['010-1234-5678', '＋８２ １０ １２３４ ５６７８', '+821012345678', 'sms'],
    ['Minji@Example.com', 'ｍｉｎｊｉ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'minji@example.com', 'email'],
  ])('takes %s and %s for one', async (one, other, target, channel) => {
    const { contact } = await import('../../functions/accounts/fields.ts');
    expect([contact.parse(one), contact.parse(other)]).toEqual([target, target]);
    await sendCode(ports, visitor(), { ...register, target: contact.parse(one) }, 'en');
    await ports.delivery.settled();
    expect(sent).toMatchObject([{ channel, address: target }]);
  });

  it('refuses what is neither an address nor a number', async () => {
    for (const target of ['minji', '02-123-4567', 'minji@', '']) {
      const answer = await new Client().post('/v1/codes', { ...register, target });
      expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    }
  });
});

/** A text message is 90 bytes of EUC-KR: a letter of Hangul has two, one of ASCII one. */
const bytes = (text: string) =>
  Array.from(text, (sign) => (sign > '~' ? 2 : 1)).reduce((sum: number, each) => sum + each, 0);

describe('the text of a code', () => {
  it.each(codePurposes.flatMap((purpose) => (['ko', 'en'] as const).map((language) => [purpose, language] as const)))(
    'to %s in %s fits into one text message',
    (purpose, language) => {
      expect(bytes(codeText({ code: '123456', purpose }, language).body)).toBeLessThanOrEqual(90);
    },
  );

  it('of a reset does, too', () => {
    const { body } = eventText('password_reset', {
      channel: 'sms',
      language: 'ko',
      publicOrigin: 'https://kingbus.kr',
    });
    expect(bytes(body)).toBeLessThanOrEqual(90);
  });
});

import * as fc from 'fast-check';
import { takenOf } from '../../adapters/shared/limiter.ts';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createNodePasswords } from '../../adapters/node/node-passwords.ts';
import { createApp } from '../../functions/app.ts';
import { allowGuess, wrongFromStrangers } from '../../functions/identity/guesses.ts';
import type { Limit, Limiter, Ports } from '../../functions/ports.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, password, validCustomer } from '../support/people/people.ts';
import { silentLog, TestClock, testPorts } from '../support/ports.ts';
import { publicOrigin } from '../support/servers/context.ts';

const app = createApp();
const weak = createNodePasswords({ m: 16, t: 1, p: 1 });
let ports: Ports;
let username: string;
let ownNetwork = 0;

/** An address in a network of its own, in the range for documentation. */
const network = (index: number) => `2001:db8:${ownNetwork.toString(16)}:${index.toString(16)}::1`;

async function send(path: string, address: string, body: object, headers: Record<string, string> = {}) {
  const request = new Request(`${publicOrigin}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return app.fetch(request, { ports, address });
}

interface Try {
  from: string;
  right?: boolean;
  cookie?: string | undefined;
  as?: string;
}

/** Logs in, rightly or wrongly, and gives the status. */
async function attempt({ from, right = false, cookie, as = username }: Try): Promise<number> {
  const body = { username: as, password: right ? password : 'not the password' };
  const answer = await send('/v1/sessions', from, body, cookie === undefined ? {} : { Cookie: cookie });
  return answer.status;
}

/** The cookies that a log-in in a browser leaves, as the browser sends them again. */
async function browserCookie(from: string): Promise<string> {
  const answer = await send('/v1/sessions', from, { username, password, refreshIn: 'cookie' });
  expect(answer.status).toBe(201);
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0] ?? '')
    .filter((each) => each.startsWith('__Host-kingbus_device='))
    .join('; ');
}

const many = async (count: number, one: (index: number) => Try): Promise<number[]> => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) statuses.push(await attempt(one(index)));
  return statuses;
};

beforeEach(async () => {
  ownNetwork++;
  ({ ports } = await testPorts());
  const customer = await newCustomer();
  ({ username } = customer.account);
  await database()
    .update(accounts)
    .set({ passwordHash: await weak.hash(password) })
    .where(eq(accounts.id, customer.id as AccountId));
});

describe('while a stranger guesses from one network', () => {
  it.each<[string, () => Promise<Try>, number]>([
    ['the stranger', async () => ({ from: network(1), right: true }), 429],
    [
      'another address of the stranger’s network',
      async () => ({ from: network(1).replace('::1', ':9::7'), right: true }),
      429,
    ],
    ['the stranger, at another name', async () => ({ from: network(1), as: 'nobody-at-all' }), 401],
    ['the owner, from another network', async () => ({ from: network(2), right: true }), 201],
    ['the owner, wrongly, from another network', async () => ({ from: network(2) }), 401],
  ])('%s', async (_who, one, status) => {
    const tries = await many(30, () => ({ from: network(1) }));
    expect(tries.filter((each) => each === 401)).toHaveLength(10);
    expect(tries.filter((each) => each === 429)).toHaveLength(20);
    expect(await attempt(await one())).toBe(status);
  });

  it('the owner gets in from that very network by a device that has logged in before', async () => {
    const cookie = await browserCookie(network(1));
    await many(30, () => ({ from: network(1) }));
    expect(await attempt({ from: network(1), right: true })).toBe(429);
    expect(await attempt({ from: network(1), right: true, cookie })).toBe(201);
  });
});

describe('while strangers guess from many networks', () => {
  const hammer = () =>
    many(wrongFromStrangers.attempts + 5, (index) => ({ from: network(0x100 + Math.floor(index / 4)) }));

  it('they are stopped, and the owner’s devices and networks are not', async () => {
    const cookie = await browserCookie(network(1));
    const other = await browserCookie(network(1));
    const tries = await hammer();
    expect(tries.filter((each) => each === 401)).toHaveLength(wrongFromStrangers.attempts);
    for (const [who, one, status] of [
      ['a stranger from a fresh network', { from: network(3), right: true }, 429],
      ['a device that has logged in before', { from: network(4), right: true, cookie }, 201],
      ['another such device', { from: network(4), right: true, cookie: other }, 201],
      ['a device of somebody else', { from: network(5), right: true, cookie: await foreignCookie() }, 429],
      ['a forged device', { from: network(6), right: true, cookie: `${cookie.slice(0, -9)}AAAAAAAAA` }, 429],
      ['no more than a name', { from: network(7), right: true, cookie: '__Host-kingbus_device=x' }, 429],
      ['the network from which the owner has logged in', { from: network(1), right: true }, 201],
    ] as const) {
      expect({ who, status: await attempt(one) }).toEqual({ who, status });
    }
  });

  async function foreignCookie(): Promise<string> {
    const own = username;
    const other = validCustomer();
    await send('/v1/accounts', network(9), other);
    username = other.username;
    const cookie = await browserCookie(network(9));
    username = own;
    return cookie;
  }
});

describe('what counts', () => {
  it('is no success, however many there are', async () => {
    expect(new Set(await many(70, () => ({ from: network(1), right: true })))).toEqual(new Set([201]));
  });

  it('is forgotten with a success from the same place', async () => {
    const tries = await many(25, (index) => ({ from: network(1), right: index % 5 === 4 }));
    expect(tries).toEqual(Array.from({ length: 25 }, (_, index) => (index % 5 === 4 ? 201 : 401)));
  });

  it('is no success of an own account among guesses at many names', async () => {
    const tries = await many(80, (index) =>
      index % 2 === 0 ? { from: network(1), right: true } : { from: network(1), as: `nobody-${index}` },
    );
    expect(tries.filter((each) => each === 429)).toEqual([]);
    const more = await many(40, (index) => ({ from: network(1), as: `nobody-else-${index}` }));
    expect(more.filter((each) => each === 401)).toHaveLength(20);
  });

  it.each(['logging in', 'registering again'])(
    'is no attempt at which nobody looked, for something was away: %s',
    async (how) => {
      const person = validCustomer();
      expect((await send('/v1/accounts', network(2), person)).status).toBe(201);
      const { passwords } = ports;
      const away = new Error('away');
      ports = { ...ports, passwords: { ...passwords, verify: () => Promise.reject(away) } };
      const again = async () => {
        if (how === 'logging in') return attempt({ from: network(1), as: person.username });
        return (await send('/v1/accounts', network(1), person)).status;
      };
      const statuses: number[] = [];
      for (let index = 0; index < 12; index++) statuses.push(await again());
      expect(new Set(statuses)).toEqual(new Set([500]));
      ports = { ...ports, passwords };
      expect(await attempt({ from: network(1), as: person.username, right: true })).toBe(201);
    },
  );

  it('is no attempt that was refused: whoever goes on at one name shuts no other out of their network', async () => {
    const tries = await many(80, () => ({ from: network(1), as: 'nobody-at-all' }));
    expect(tries.filter((each) => each === 429)).toHaveLength(70);
    expect(await attempt({ from: network(1), right: true })).toBe(201);
  });

  it('is a password guessed by registering again, too', async () => {
    const person = validCustomer();
    const register = async (secret: string) =>
      (await send('/v1/accounts', network(1), { ...person, password: secret })).status;
    expect(await register(person.password)).toBe(201);
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++) statuses.push(await register(`not the password ${index}`));
    expect(statuses.filter((status) => status === 409)).toHaveLength(10);
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect(await attempt({ from: network(1), as: person.username, right: true })).toBe(429);
    expect(await attempt({ from: network(2), as: person.username, right: true })).toBe(201);
  });
});

/** A limiter on a clock of the test's, which remembers the keys that it was asked for. */
function recording(clock: { now(): number }): Limiter & { keys: string[] } {
  const windows = new Map<string, { attempts: number; endsAt: number }>();
  const keys: string[] = [];
  const windowOf = (key: string, { attempts, seconds }: Limit) => {
    const name = `${attempts}/${seconds} ${key}`;
    let window = windows.get(name);
    if (!window || window.endsAt <= clock.now()) {
      windows.set(name, (window = { attempts: 0, endsAt: clock.now() + seconds * 1000 }));
    }
    return window;
  };
  return {
    keys,
    async take(key, limit) {
      keys.push(key);
      const window = windowOf(key, limit);
      if (window.attempts >= limit.attempts) {
        return takenOf(limit, 'none', window.endsAt - clock.now());
      }
      window.attempts++;
      return takenOf(limit, limit.attempts - window.attempts, window.endsAt - clock.now());
    },
    async giveBack(key, limit, attempts) {
      const window = windowOf(key, limit);
      window.attempts = attempts === 'all' ? 0 : Math.max(0, window.attempts - 1);
    },
  };
}

describe('the pauses of a stranger who never tires', () => {
  it('grow from minutes to hours, and leave few guesses a day', async () => {
    const clock = new TestClock(0);
    const limiter = recording(clock);
    const pauses: { at: number; seconds: number }[] = [];
    let guesses = 0;
    while (clock.now() < 24 * 3600 * 1000) {
      try {
        await allowGuess(
          { limiter, log: silentLog },
          { account: 'kingdriver', address: network(1), device: undefined },
          async () => false,
        );
        guesses++;
        clock.advance(1000);
      } catch (error) {
        const seconds = Number(
          (error as { extras: { headers: Record<string, string> } }).extras.headers['Retry-After'],
        );
        pauses.push({ at: clock.now() / 1000, seconds });
        clock.advance(seconds * 1000);
      }
    }
    expect(guesses).toBe(160);
    const longest = (from: number, to: number) =>
      Math.max(...pauses.filter(({ at }) => at >= from && at < to).map(({ seconds }) => seconds));
    expect(longest(0, 60)).toBeLessThanOrEqual(60);
    expect(longest(60, 900)).toBeGreaterThan(600);
    expect(longest(900, 3600)).toBeGreaterThan(5 * 3600);
  });
});

describe('what is counted of a request', () => {
  const keysOf = async (path: string, address: string, body: object): Promise<string[]> => {
    const limiter = recording(new TestClock(Date.now()));
    ({ ports } = await testPorts({ limiter }));
    await send(path, address, body);
    return limiter.keys;
  };

  it('is one key for any spelling of a username, and none for what is no username', async () => {
    const plain = await keysOf('/v1/sessions', network(1), { username: 'kingdriver', password });
    expect(plain.some((key) => key.includes('kingdriver'))).toBe(true);
    const spellings = fc.constantFrom<(text: string) => string>(
      (text) => text.toUpperCase(),
      (text) => ` ${text}\u3000`,
      (text) => text.replace(/[!-~]/gu, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0)),
      (text) => text.replace('k', '\u212a'),
      (text) => `${text}\u200b`,
      (text) => text.replace('i', 'í'),
      (text) => text.replace('i', '\u0456'),
      (text) => text.replace('d', 'd\u0301'),
      (text) => `\u202e${text}`,
    );
    await fc.assert(
      fc.asyncProperty(spellings, async (spell) => {
        const keys = await keysOf('/v1/sessions', network(1), { username: spell('kingdriver'), password });
        const byName = (key: string) => !key.startsWith('public-write:');
        expect(keys.filter(byName)).toBeOneOf([plain.filter(byName), []]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['logging in', '/v1/sessions', () => ({ username: 'nobody-at-all', password })],
    ['registering', '/v1/accounts', validCustomer],
    ['refreshing', '/v1/sessions/refresh', () => ({ refreshToken: 'nobody' })],
    ['logging out', '/v1/sessions/log-out', () => ({ refreshToken: 'nobody' })],
  ])('%s is the /64 of an IPv6 address, and all of IPv4', async (_what, path, body) => {
    const one = await keysOf(path, '2001:db8:1:2:3:4:5:6', body());
    expect(one.length).toBeGreaterThan(0);
    const parts = (keys: string[]) => keys.map((key) => key.replace(/customer-\w+/u, ''));
    for (const [address, same] of [
      ['2001:db8:1:2::1', true],
      ['2001:DB8:0001:2:ffff:ffff:ffff:ffff', true],
      ['2001:db8:1:3::1', false],
      ['192.0.2.1', false],
    ] as const) {
      const other = await keysOf(path, address, body());
      expect({ address, same: JSON.stringify(parts(other)) === JSON.stringify(parts(one)) }).toEqual({ address, same });
    }
    expect(parts(await keysOf(path, '::ffff:192.0.2.1', body()))).toEqual(
      parts(await keysOf(path, '192.0.2.1', body())),
    );
    expect(parts(await keysOf(path, '192.0.2.1', body()))).not.toEqual(parts(await keysOf(path, '192.0.2.2', body())));
  });
});

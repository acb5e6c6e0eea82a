import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { neededConsents } from '../../functions/accounts/consents.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { freePort } from '../../local/servers/ports.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId, EventId } from '../../schema/ids.ts';
import { noticeChannels, outbox } from '../../schema/outbox.ts';
import { Client } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { seoulStation, validOrder } from '../support/people/orders.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { ScriptedMailServer } from '../support/servers/scripted-mail-server.ts';
import { testSettings } from '../support/servers/settings.ts';
import { SolapiServer } from '../support/servers/solapi-server.ts';

/** What belongs to somebody, each of which is found wherever it turns up. */
const theirs = {
  username: 'leaky-minji',
  email: 'leaky-minji@leaks.test',
  phone: '010-9876-5432',
  password: 'leaky horse battery',
  displayName: '유출민지',
  remarks: '유출되면 안 되는 부탁',
  address: '유출시 유출구 유출로 1',
  bearer: 'leaky.bearer.token',
};
/** The same as the product keeps it, and as an address of the web has it. */
const traces = (secrets: string[]) =>
  [...Object.values(theirs), '+821098765432', '01098765432', ...secrets].flatMap((text) => [
    text,
    encodeURIComponent(text),
  ]);

const id = '01900000-0000-7000-8000-000000000001' as AccountId;
const minuteAgo = new Date(Date.now() - 60_000).toISOString();

describe('what belongs to somebody', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let own: Database;
  let mail: ScriptedMailServer;
  let solapi: SolapiServer;
  let product: ProductProcess;
  let metricsOrigin: string;
  const answers: string[] = [];
  const secrets: string[] = ['s0lapi'];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-leaks-'));
    database = await createTestDatabase(testSettings().databaseUrl);
    own = connect(database.url, { connections: 1 });
    // Providers that repeat to whom they will not bring anything.
    mail = await ScriptedMailServer.start();
    mail.script.RCPT = `550 5.1.1 <${theirs.email}>: no such user`;
    solapi = await SolapiServer.start();
    solapi.faults.push({ failed: '3013' });
    const person = {
      id,
      username: 'other',
      email: theirs.email,
      phone: '+821098765432',
      displayName: theirs.displayName,
    };
    await own
      .insert(accounts)
      .values({ ...person, role: 'customer', state: 'active', passwordHash: '', createdAt: minuteAgo });
    await own.insert(outbox).values(
      noticeChannels.map((channel) => ({
        eventId: crypto.randomUUID() as EventId,
        channel,
        target: id,
        event: { event: 'operator_activated' },
        senderId: id,
        happenedAt: minuteAgo,
        dueAt: minuteAgo,
      })),
    );
    const port = await freePort();
    metricsOrigin = `http://127.0.0.1:${port}`;
    product = await startProduct(
      'adapters/node/http.ts',
      {
        ...productEnvironment(database.url),
        KINGBUS_LOG_LEVEL: 'trace',
        KINGBUS_METRICS_LISTEN: `127.0.0.1:${port}`,
        KINGBUS_MAIL_URL: `smtp://kingbus:${theirs.bearer}@127.0.0.1:${mail.settings.port}`,
        KINGBUS_MAIL_FROM: 'noreply@kingbus.test',
        KINGBUS_SMS_KEY: solapi.settings.key,
        KINGBUS_SMS_SECRET: solapi.settings.secret,
        KINGBUS_SMS_FROM: solapi.settings.from,
        KINGBUS_SMS_URL: solapi.settings.url,
      },
      join(folder, 'http.log'),
    );
    await act();
  });
  afterAll(async () => {
    await product?.stop();
    mail?.stop();
    solapi?.stop();
    await own?.$client.close();
    await database?.drop();
    rmSync(folder, { recursive: true });
  });

  /** Sends all of it, in the right way and in wrong ones. Answers of refusals are kept: who is refused sees nothing of others either. */
  async function act(): Promise<void> {
    const visitor = new Client(undefined, product.origin);
    const { username, email, phone, password, displayName, remarks, address, bearer } = theirs;
    const agreed = { consents: neededConsents, overFourteen: true };
    const person = { role: 'customer', username, password, displayName, ...agreed };
    // Somebody has this address already.
    answers.push((await visitor.post('/v1/accounts', { ...person, email, phone: '010-1111-2222' })).text);
    answers.push((await visitor.post('/v1/accounts', { ...person, email: 'x@leaks.test', phone })).text);
    await visitor.post('/v1/accounts', { ...person, email: 'free@leaks.test', phone: '010-1111-3333' });
    answers.push((await visitor.post('/v1/sessions', { username, password: bearer })).text);
    answers.push(
      (await visitor.call('/v1/sessions', { raw: `{"username":"${username}","password":"${password}"` })).text,
    );
    answers.push(
      (await visitor.post('/v1/accounts', { ...person, email: `${email}, ${email}`, phone: `${phone}x` })).text,
    );
    answers.push((await new Client(bearer, product.origin).get('/v1/me')).text);
    answers.push(
      (await visitor.call('/v1/sessions/refresh', { method: 'POST', headers: { Cookie: `kb_refresh=${bearer}` } }))
        .text,
    );
    // Nobody should put it there; whoever does is not written down.
    await visitor.get(`/v1/orders?email=${encodeURIComponent(email)}&token=${bearer}`);
    const { body } = await visitor.post<Session>('/v1/sessions', { username, password });
    secrets.push(body.accessToken, body.refreshToken ?? body.accessToken);
    const customer = new Client(body.accessToken, product.origin);
    const stop = { ...seoulStation, name: address, address };
    expect((await customer.post('/v1/orders', validOrder({ remarks, departure: stop }))).status).toBe(201);
    answers.push(
      (await customer.post('/v1/orders', validOrder({ remarks, departure: stop, passengers: remarks }))).text,
    );
    const noticesLeft = async () => (await own.select().from(outbox)).filter(({ channel }) => channel !== 'account');
    await vi.waitFor(async () => expect(await noticesLeft()).toEqual([]), { timeout: 40_000 });
  }

  it('is in no line of the log, whatever goes wrong', async () => {
    const log = () => readFileSync(product.logFile, 'utf8');
    await expect.poll(() => log().match(/a notice was refused/gu)?.length).toBe(2);
    expect(log()).toContain('RCPT TO 550');
    for (const trace of traces(secrets)) expect(log()).not.toContain(trace);
  });

  it('is in no metric, and in no name of one', async () => {
    const numbers = await (await fetch(`${metricsOrigin}/metrics`)).text();
    expect(numbers).toContain('kingbus_notices_total{channel="email",outcome="refused"} 1');
    expect(numbers).toContain('kingbus_notices_total{channel="sms",outcome="refused"} 1');
    for (const trace of traces(secrets)) expect(numbers).not.toContain(trace);
  });

  it('is in no answer that refuses', () => {
    expect(answers.length).toBeGreaterThan(7);
    for (const answer of answers) for (const trace of traces(secrets)) expect(answer).not.toContain(trace);
  });
});

/** What no address may ask for, since addresses are written down by all who pass them on. */
const secretNames = new Set([
  'email',
  'phone',
  'password',
  'newPassword',
  'displayName',
  'address',
  'token',
  'refreshToken',
  'secret',
  'remarks',
  'body',
]);
/** Where it may all the same. */
const excepted = new Map([['GET /v1/admin/notices address', 'not in production, where it is 404']]);

it('has no place in the address of any route', async () => {
  const found = (await readRoutes()).flatMap(({ name, parameters, query }) =>
    [...parameters, ...query].filter((each) => secretNames.has(each)).map((each) => `${name} ${each}`),
  );
  expect(found.filter((each) => !excepted.has(each))).toEqual([]);
});

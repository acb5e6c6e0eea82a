import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { demoAccounts } from '../../local/demo-accounts.ts';
import { commandLineOf } from '../../local/lock.mjs';
import { freePort } from '../../local/servers/ports.ts';
import { launchBrowser } from '../support/clients/browser.ts';
import { Exchange, shoot, twoPeopleTalk } from '../support/clients/chat-page.ts';
import type { Home } from '../support/clients/chat-page.ts';
import { Client } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { register, validCustomer, validCompany } from '../support/people/people.ts';
import { testSettings } from '../support/servers/settings.ts';
import { startEdge } from '../support/servers/started-edge.ts';
import type { StartedEdge } from '../support/servers/started-edge.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

const { databaseUrl, redisUrl } = testSettings();
let folder: string;
let port: number;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let edge: StartedEdge;
let home: Home;

/** The product as `npm run start:edge` runs it, in a data folder of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-edge-page-'));
  database = await createTestDatabase(databaseUrl);
  port = await freePort();
  edge = await start();
  home = { browser: await launchBrowser(), origin: edge.origin, deal };
}, 90_000);

afterAll(async () => {
  await home?.browser.close();
  await edge?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true });
});

const start = () => startEdge(folder, port, { DATABASE_URL: database.url, REDIS_URL: redisUrl });

/** A customer and an operator, whom the demo admin has verified, with a deal. */
async function deal() {
  const { origin } = edge;
  const [customer, driver] = await Promise.all([register(validCustomer(), origin), register(validCompany(), origin)]);
  const admin = demoAccounts.find(({ role }) => role === 'admin');
  const { body } = await new Client(undefined, origin).post<Session>('/v1/sessions', {
    username: admin?.username,
    password: admin?.password,
  });
  await new Client(body.accessToken, origin).post(`/v1/admin/operators/${driver.id}/activate`);
  const quote = await quoted(driver, await placed(customer));
  await customer.post(`/v1/quotes/${quote.id}/select`);
  return { customer, driver };
}

/** Ends processes as a crash would. */
function kill(which: (commandLine: string) => boolean): void {
  const found = edge.processes().filter(({ commandLine }) => which(commandLine));
  expect(found).not.toEqual([]);
  for (const { pid } of found) process.kill(pid, 'SIGKILL');
}

const isWorkerd = (commandLine: string) => /\bworkerd serve\b/u.test(commandLine);
/** Of wrangler's two, the one that runs the Worker: the other one passes requests on to it. */
const runsTheWorker = (commandLine: string) => isWorkerd(commandLine) && commandLine.includes('--inspector-addr');

test('two people talk, each in their language', { timeout: 60_000 }, () => twoPeopleTalk(home));

test('nothing is lost, doubled or out of order on screen whatever is killed', { timeout: 240_000 }, async () => {
  const exchange = await Exchange.open(home);
  await exchange.say(4);
  // At once: what was not acknowledged yet is sent by the page that comes after.
  await exchange.reload('junho');
  await exchange.say(4);

  kill(runsTheWorker);
  await exchange.say(6);
  await exchange.expectComplete();

  kill(isWorkerd);
  await exchange.say(6);
  await exchange.minji.page.locator('.banner').waitFor();
  await shoot(exchange.minji.page, 'edge-desktop-offline');
  await exchange.expectComplete();

  kill(() => true);
  await exchange.say(3);
  await exchange.expectComplete();
  await exchange.close();
});

test('Ctrl-C leaves nothing running, and another start finds everything', { timeout: 120_000 }, async () => {
  const exchange = await Exchange.open(home);
  await exchange.say(2);
  await exchange.expectComplete();
  const pids = edge.processes().map(({ pid }) => pid);
  expect(await edge.stop()).toBe(0);
  await expect.poll(() => pids.filter((pid) => commandLineOf(pid) !== undefined)).toEqual([]);
  const printed = readFileSync(edge.logFile, 'utf8');
  expect(printed).toContain('INFO: POST /v1/orders 201: 7 of 8 statements');
  expect(printed).not.toMatch(/\{"level"|Scheduled Workers|\/readyz/u);

  await exchange.say(2);
  edge = await start();
  await exchange.expectComplete();
  await exchange.close();
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import { freePort } from '../../local/servers/ports.ts';
import { launchBrowser } from '../support/clients/browser.ts';
import { bubbles, desktop, Exchange, logIn, shoot, twoPeopleTalk } from '../support/clients/chat-page.ts';
import type { Home } from '../support/clients/chat-page.ts';
import { twoPeopleShareFiles } from '../support/clients/chat-page-files.ts';
import { everywhere } from '../support/everywhere.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';

let folder: string;
let front: Front;
let home: Home;
let http: ProductProcess;
const chats: { port: number; process: ProductProcess }[] = [];
let run = 0;

/** The product behind Caddy, at an address that is its public one: two chat processes on ports that they keep. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-page-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const [first, second] = [await freePort(), await freePort()];
  home = { browser: await launchBrowser(), origin, deal };
  http = await start('http.ts');
  for (const each of [first, second]) chats.push({ port: each, process: await start('chat.ts', each) });
  front = await startCaddy({
    folder: join(folder, 'front'),
    port,
    httpUpstreams: [new URL(http.origin).host],
    chatUpstreams: chats.map((each) => `127.0.0.1:${each.port}`),
  });
}, 60_000);

afterAll(async () => {
  await home.browser.close();
  await front.stop();
  await Promise.all([http, ...chats.map((each) => each.process)].map((each) => each.stop()));
  rmSync(folder, { recursive: true });
});

const start = (entry: string, port = 0) =>
  startProduct(
    `adapters/node/${entry}`,
    {
      ...productEnvironment(inject('databaseUrl')),
      KINGBUS_PUBLIC_ORIGIN: home.origin,
      KINGBUS_LISTEN: `127.0.0.1:${port}`,
    },
    join(folder, `${entry}-${++run}.log`),
  );

/** A customer and a driver with a deal, so with a room that has a system message. */
async function deal() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const quote = await quoted(driver, await placed(customer));
  const { body } = await customer.post<{ room: { id: string } }>(`/v1/quotes/${quote.id}/select`);
  return { customer, driver, room: body.room.id };
}

test('two people talk, each in their language', { timeout: 60_000 }, () => twoPeopleTalk(home));

test('two people share pictures and papers', { timeout: 60_000 }, () => twoPeopleShareFiles(home));

test.runIf(everywhere)(
  'nothing is lost, doubled or out of order on screen while chat processes are restarted',
  { timeout: 120_000 },
  async () => {
    const exchange = await Exchange.open(home);
    for (const [index, crash] of [true, false, true].entries()) {
      await exchange.say(4);
      const restarted = chats[index % 2];
      if (!restarted) continue;
      const down = crash ? restarted.process.kill() : restarted.process.stop();
      await exchange.say(6);
      await down;
      restarted.process = await start('chat.ts', restarted.port);
    }
    // Both at once: for a moment there is no chat at all.
    await Promise.all(chats.map((each) => each.process.kill()));
    await exchange.say(3);
    await exchange.minji.page.locator('.banner').waitFor();
    await shoot(exchange.minji.page, 'desktop-offline');
    await shoot(exchange.junho.page, 'phone-offline');
    for (const each of chats) each.process = await start('chat.ts', each.port);
    await exchange.expectComplete();
    await exchange.close();
  },
);

test.runIf(everywhere)(
  'a long history loads upwards, day by day, and keeps the reader’s place',
  { timeout: 60_000 },
  async () => {
    const { customer, driver, room } = await deal();
    for (let index = 1; index <= 130; index++) {
      const body = { id: `old-${index}`, body: `지난 이야기 ${index}` };
      expect((await driver.post(`/v1/rooms/${room}/messages`, body)).status).toBe(201);
    }
    const window = await logIn(home, customer, desktop);
    const { page, complaints } = window;
    await page.locator('.badge').waitFor();
    await page.locator('.rooms li').click();
    await page.getByText('지난 이야기 130').last().waitFor();
    await shoot(page, 'desktop-history');
    await expect.poll(() => bubbles(page).then((texts) => texts.length)).toBe(40);
    const toTop = () => page.evaluate("document.querySelector('.scroll').scrollTop = 0");
    await toTop();
    await expect.poll(() => bubbles(page).then((texts) => texts.length)).toBe(80);
    // What was at the top is still in sight, not pushed away by what came above.
    expect(await page.getByText('지난 이야기 91', { exact: true }).isVisible()).toBe(true);
    await expect
      .poll(async () => {
        await toTop();
        return page.locator('.beginning').count();
      })
      .toBe(1);
    expect(await bubbles(page)).toEqual(Array.from({ length: 130 }, (_, index) => `지난 이야기 ${index + 1}`));
    expect(await page.locator('.day').allTextContents()).toEqual(['오늘']);
    expect(complaints).toEqual([]);
    await window.close();
  },
);

test.runIf(everywhere)(
  'a history that cannot be read is asked for again, each time after a pause',
  { timeout: 60_000 },
  async () => {
    const { customer, driver, room } = await deal();
    for (let index = 1; index <= 50; index++) {
      expect((await driver.post(`/v1/rooms/${room}/messages`, { id: `m-${index}`, body: `${index}` })).status).toBe(
        201,
      );
    }
    // So high that a page does not fill it: the next is wanted at once.
    const window = await logIn(home, customer, { ...desktop, viewport: { width: 1280, height: 8_000 } });
    const { page } = window;
    const asked = { first: [] as number[], second: [] as number[] };
    await page.route('**/v1/rooms/*/messages?*', (route) => {
      const times = asked[route.request().url().includes('cursor=') ? 'second' : 'first'];
      times.push(performance.now());
      return times.length <= 2 ? route.fulfill({ status: 503 }) : route.continue();
    });
    await page.locator('.rooms li').click();
    await expect.poll(() => bubbles(page).then((texts) => texts.length), { timeout: 20_000 }).toBe(50);
    for (const [first = 0, second = 0, third = 0, ...more] of [asked.first, asked.second]) {
      expect(more).toEqual([]);
      expect(second - first).toBeGreaterThan(400);
      expect(third - second).toBeGreaterThan(900);
    }
    await window.close();
  },
);

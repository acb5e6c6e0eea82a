import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import { freePort } from '../../local/servers/ports.ts';
import { launchBrowser, openWindow } from '../support/browser.ts';
import type { Window } from '../support/browser.ts';
import { placed, quoted } from '../support/deals.ts';
import { productEnvironment } from '../support/node-setup.ts';
import { newCustomer, newDriver, password } from '../support/people.ts';
import type { Person } from '../support/people.ts';
import { startProduct } from '../support/product-process.ts';
import type { ProductProcess } from '../support/product-process.ts';

const desktop = { viewport: { width: 1280, height: 800 }, locale: 'ko-KR' };
const phone = { viewport: { width: 390, height: 844 }, locale: 'en-GB', isMobile: true, hasTouch: true };

let folder: string;
let browser: Browser;
let front: Front;
let origin: string;
let http: ProductProcess;
const chats: { port: number; process: ProductProcess }[] = [];
let run = 0;

/** The product behind Caddy, at an address that is its public one: two chat processes on ports that they keep. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-page-'));
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const [first, second] = [await freePort(), await freePort()];
  [http, browser] = await Promise.all([start('http.ts'), launchBrowser()]);
  for (const each of [first, second]) chats.push({ port: each, process: await start('chat.ts', each) });
  front = await startCaddy({
    folder: join(folder, 'front'),
    port,
    httpUpstream: new URL(http.origin).host,
    chatUpstreams: chats.map((each) => `127.0.0.1:${each.port}`),
  });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await front.stop();
  await Promise.all([http, ...chats.map((each) => each.process)].map((each) => each.stop()));
  rmSync(folder, { recursive: true });
});

const start = (entry: string, port = 0) =>
  startProduct(
    `adapters/node/${entry}`,
    {
      ...productEnvironment(inject('databaseUrl')),
      KINGBUS_PUBLIC_ORIGIN: origin,
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

async function logIn(person: Person, options: typeof desktop): Promise<Window> {
  const window = await openWindow(browser, options);
  const { page } = window;
  await page.goto(`${origin}/chat`);
  await page.locator('#username').fill(person.account.username);
  await page.locator('#password').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.rooms button').first().waitFor();
  return window;
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text);
  await page.keyboard.press('Enter');
}

const bubbles = (page: Page) => page.locator('.message .bubble').allTextContents();
const shoot = async (page: Page, name: string) => {
  const screenshots = process.env['KINGBUS_SCREENSHOTS'];
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`) });
};

test('two people talk: marks, typing, edits, deletions, each in their language', { timeout: 60_000 }, async () => {
  const { customer, driver, room } = await deal();
  const minji = await logIn(customer, desktop);
  const junho = await logIn(driver, phone);
  await shoot(junho.page, 'phone-rooms');
  await minji.page.locator('.rooms button').click();
  await minji.page.getByText('견적이 선택되어 대화방이 열렸습니다.').last().waitFor();
  await write(minji.page, '안녕하세요! 몇 시에 도착하세요?');
  await write(minji.page, '38명입니다.');
  await expect.poll(() => minji.page.locator('.mine .mark-check').count()).toBe(2);

  // Not opened yet: it counts, and the sender sees no read mark.
  await junho.page.locator('.badge').filter({ hasText: '3 unread' }).waitFor();
  expect(await junho.page.title()).toBe('(3) KingBus chat');
  await junho.page.locator('.rooms button').tap();
  await junho.page.getByText('The quote was selected: this room is open.').last().waitFor();
  await expect.poll(() => minji.page.locator('.mine .mark-checks').count()).toBe(2);
  expect(await bubbles(minji.page)).toHaveLength(2);
  await expect.poll(() => junho.page.title()).toBe('KingBus chat');
  await minji.page.locator('.presence.online').waitFor();

  await junho.page.locator('textarea').pressSequentially('아침 7시에');
  await minji.page.locator('.typing', { hasText: '입력하고 있습니다' }).waitFor();
  await shoot(minji.page, 'desktop-typing');
  await junho.page.keyboard.press('Shift+Enter');
  await junho.page.keyboard.type('서부역 승강장입니다');
  await junho.page.keyboard.press('Enter');
  await expect
    .poll(() => bubbles(minji.page))
    .toEqual(['안녕하세요! 몇 시에 도착하세요?', '38명입니다.', '아침 7시에\n서부역 승강장입니다']);
  expect(await minji.page.locator('.typing').textContent()).toBe('');

  const own = minji.page.locator('.message.mine').first();
  await own.hover();
  await own.getByRole('button', { name: '수정' }).click();
  await write(minji.page, '안녕하세요! 몇 시에 오세요?');
  await junho.page.locator('.message', { hasText: 'edited' }).waitFor();
  expect((await bubbles(junho.page))[0]).toBe('안녕하세요! 몇 시에 오세요?');
  await own.hover();
  await own.getByRole('button', { name: '삭제' }).click();
  await minji.page.getByRole('dialog').getByRole('button', { name: '삭제' }).click();
  await expect
    .poll(() => bubbles(junho.page))
    .toEqual(['This message was deleted', '38명입니다.', '아침 7시에\n서부역 승강장입니다']);
  await shoot(minji.page, 'desktop-talk');
  await shoot(junho.page, 'phone-talk');

  // The session is in a cookie that no script can read, and nothing else is kept but what was not sent.
  expect(await minji.page.evaluate('document.cookie')).toBe('');
  expect(await minji.page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toMatch(/eyJ|refresh/u);
  await minji.page.reload();
  await minji.page.locator('.rooms button').click();
  await expect.poll(() => bubbles(minji.page)).toHaveLength(3);
  await minji.page.getByRole('button', { name: '로그아웃' }).click();
  await minji.page.locator('#username').waitFor();
  await minji.page.reload();
  await minji.page.locator('#username').waitFor();
  await shoot(minji.page, 'desktop-log-in');

  for (const { complaints, hosts } of [minji, junho]) {
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(origin).host]);
  }
  await driver.get(`/v1/rooms/${room}/messages`);
  await Promise.all([minji.close(), junho.close()]);
});

test(
  'nothing is lost, doubled or out of order on screen while chat processes are restarted',
  { timeout: 120_000 },
  async () => {
    const { customer, driver } = await deal();
    const minji = await logIn(customer, desktop);
    const junho = await logIn(driver, phone);
    for (const { page } of [minji, junho]) await page.locator('.rooms button').click();
    const written: Record<'minji' | 'junho', string[]> = { minji: [], junho: [] };
    const say = async (who: 'minji' | 'junho', count: number) => {
      for (let index = 0; index < count; index++) {
        const text = `${who} ${written[who].length + 1}`;
        written[who].push(text);
        await write(who === 'minji' ? minji.page : junho.page, text);
      }
    };
    for (const [index, crash] of [true, false, true].entries()) {
      await Promise.all([say('minji', 4), say('junho', 4)]);
      const restarted = chats[index % 2];
      if (!restarted) continue;
      const down = crash ? restarted.process.kill() : restarted.process.stop();
      await Promise.all([say('minji', 6), say('junho', 6)]);
      await down;
      restarted.process = await start('chat.ts', restarted.port);
    }
    // Both at once: for a moment there is no chat at all.
    await Promise.all(chats.map((each) => each.process.kill()));
    await Promise.all([say('minji', 3), say('junho', 3)]);
    await minji.page.locator('.banner').waitFor();
    await shoot(minji.page, 'desktop-offline');
    await shoot(junho.page, 'phone-offline');
    for (const each of chats) each.process = await start('chat.ts', each.port);

    const everyone = [...written.minji, ...written.junho].toSorted((left, right) => left.localeCompare(right));
    for (const { page } of [minji, junho]) {
      await page.locator('.banner').waitFor({ state: 'hidden', timeout: 40_000 });
      await expect.poll(() => page.locator('.pending').count(), { timeout: 40_000 }).toBe(0);
      const sorted = async () => (await bubbles(page)).toSorted((left, right) => left.localeCompare(right));
      await expect.poll(sorted, { timeout: 20_000 }).toEqual(everyone);
      expect(await page.locator('.failed').count()).toBe(0);
    }
    const seen = await bubbles(minji.page);
    expect(await bubbles(junho.page)).toEqual(seen);
    for (const who of ['minji', 'junho'] as const) {
      expect(seen.filter((text) => text.startsWith(who))).toEqual(written[who]);
    }
    for (const { complaints } of [minji, junho]) expect(complaints).toEqual([]);
    await Promise.all([minji.close(), junho.close()]);
  },
);

test('a long history loads upwards, day by day, and keeps the reader’s place', { timeout: 60_000 }, async () => {
  const { customer, driver, room } = await deal();
  for (let index = 1; index <= 130; index++) {
    const body = { id: `old-${index}`, body: `지난 이야기 ${index}` };
    expect((await driver.post(`/v1/rooms/${room}/messages`, body)).status).toBe(201);
  }
  const window = await logIn(customer, desktop);
  const { page, complaints } = window;
  await page.locator('.badge').waitFor();
  await page.locator('.rooms button').click();
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
});

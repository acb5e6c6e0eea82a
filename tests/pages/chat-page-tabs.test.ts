import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bubbles, desktop, fillLogIn, logIn, shoot, write } from '../support/clients/chat-page.ts';
import { SocketSwitch } from '../support/clients/socket-switch.ts';
import { everywhere, firstOf } from '../support/everywhere.ts';
import type { Person } from '../support/people/people.ts';
import { roomOf, startPageHome } from '../support/servers/page-home.ts';
import type { PageHome } from '../support/servers/page-home.ts';

let home: PageHome;
let context: BrowserContext;
const english = { ...desktop, locale: 'en-GB' };

beforeAll(async () => {
  home = await startPageHome();
}, 60_000);

afterAll(() => home.stop());
afterEach(() => context?.close());

const soon = { timeout: 10_000 };

/** One browser; each tab is a page of it. */
async function newBrowser(options = desktop): Promise<void> {
  context = await home.browser.newContext(options);
}

async function newTab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${home.origin}/chat`);
  return page;
}

const openRoom = (page: Page, index = 0) => page.locator('.rooms li').nth(index).click();

/** What the browser keeps that a script can read. */
const kept = (page: Page) => page.evaluate('JSON.stringify({ ...localStorage })') as Promise<string>;

/** The texts of a room, as the API has them. */
async function textsOf(person: Person, room: string): Promise<string[]> {
  const { body } = await person.get<{ items: { kind: string; body: string }[] }>(
    `/v1/rooms/${room}/messages?limit=100`,
  );
  return body.items.flatMap(({ kind, body }) => (kind === 'text' ? [body] : [])).toReversed();
}

describe('two people in two tabs of one browser', () => {
  test.each(
    firstOf(1, [
      {
        options: desktop,
        title: '다른 계정으로 바뀌었습니다',
        goOn: /지금 로그인된 계정으로 계속/u,
        again: /다시 로그인/u,
      },
      { options: english, title: 'The account has changed', goOn: /^Go on/u, again: /^Log in again/u },
    ]),
  )('are told so ($options.locale), and nothing goes out in another name', async ({ options, title, goOn, again }) => {
    const { customer, driver, room } = await home.deal();
    await newBrowser(options);
    const [first, second] = [await newTab(), await newTab()];
    const socket = await SocketSwitch.of(first);
    await first.reload();
    await fillLogIn(first, customer);
    await openRoom(first);
    socket.cut();
    await write(first, 'by the customer');
    await first.locator('.pending').waitFor();

    // Somebody else logs in in the other tab, whose page still shows the log-in.
    await fillLogIn(second, driver);
    await first.getByRole('heading', { name: title }).waitFor();
    await shoot(first, `account-changed-${options.locale}`);
    socket.mend();
    expect(await first.locator('textarea').count()).toBe(0);
    await openRoom(second);
    await write(second, 'by the driver');
    await expect.poll(() => textsOf(customer, room), soon).toEqual(['by the driver']);

    // Going on is a choice, and is as the account that is logged in; what the other wrote is not sent.
    await first.getByRole('button', { name: goOn }).click();
    await first.locator('.self', { hasText: driver.account.displayName }).waitFor();
    await first.locator('.bubble', { hasText: 'by the driver' }).waitFor();
    expect(await first.locator('.mine').count()).toBe(1);
    expect(await textsOf(customer, room)).toEqual(['by the driver']);

    // Once its writer is back, it is. Now it is the driver's tab that is told.
    await first.evaluate('history.replaceState(null, "", "/chat")');
    await first.getByRole('button', { name: options.locale === 'ko-KR' ? '로그아웃' : 'Log out' }).click();
    await fillLogIn(first, customer);
    await expect.poll(() => textsOf(driver, room), soon).toEqual(['by the driver', 'by the customer']);
    await second.locator('#username, #account-changed').first().waitFor();
    expect(await second.getByRole('button', { name: again }).count()).toBeLessThanOrEqual(1);
  });
});

describe('a log-out that the server cannot be told of', () => {
  test.each(
    firstOf<[string, (page: Page) => Promise<unknown>, (page: Page) => Promise<void>]>(1, [
      [
        'for want of a network',
        (page) => page.route('**/v1/sessions/**', (route) => route.abort('internetdisconnected')),
        (page) => page.unrouteAll(),
      ],
      [
        'for a server that answers with 503',
        (page) => page.route('**/v1/sessions/**', (route) => route.fulfill({ status: 503 })),
        (page) => page.unrouteAll(),
      ],
    ]),
  )('%s is pending, through reloads, and is finished before anything else', async (_name, cut, mend) => {
    const { customer } = await home.deal();
    await newBrowser();
    const page = await newTab();
    await fillLogIn(page, customer);
    await cut(page);
    await page.getByRole('button', { name: '로그아웃' }).click();
    const pending = page.getByText('로그아웃이 아직 끝나지 않았습니다', { exact: false });
    await pending.waitFor();
    await shoot(page, 'log-out-pending');
    await page.reload();
    await pending.waitFor();
    expect(await page.locator('.rooms').count()).toBe(0);
    // Nobody logs in before.
    await page.locator('#username').fill(customer.account.username);
    await page.locator('#password').fill('whatever it is');
    await page.keyboard.press('Enter');
    await page.locator('.problem', { hasText: '서버에 연결할 수 없습니다' }).waitFor();

    await mend(page);
    const ended = page.waitForResponse((response) => response.url().endsWith('/v1/sessions/log-out'), soon);
    await page.reload();
    expect((await ended).status()).toBe(204);
    await page.getByText('로그아웃했습니다.').waitFor();
    await page.reload();
    await page.locator('#username').waitFor();
    expect(await pending.count()).toBe(0);
    expect(await kept(page)).not.toContain('log-out');
  });

  test.runIf(everywhere)('shuts the other tabs of the account, and ends no session of another one', async () => {
    const { customer, driver } = await home.deal();
    await newBrowser();
    const first = await newTab();
    await fillLogIn(first, customer);
    const second = await newTab();
    await second.locator('.rooms li').waitFor();
    await first.getByRole('button', { name: '로그아웃' }).click();
    await second.locator('#username').waitFor(soon);
    await fillLogIn(second, driver);
    await first.reload();
    await first.locator('.self', { hasText: driver.account.displayName }).waitFor();
  });
});

describe('what was not sent', () => {
  test('is sent by another tab once its own is closed, or by the next one', async () => {
    const { customer, driver, room } = await home.deal();
    await newBrowser();
    const first = await newTab();
    const socket = await SocketSwitch.of(first);
    await fillLogIn(first, customer);
    await openRoom(first);
    socket.cut();
    const second = await newTab();
    await openRoom(second);
    for (const text of ['one', 'two']) await write(first, text);
    await expect.poll(() => first.locator('.pending').count()).toBe(2);
    // While its tab is open it is that tab's to send.
    await write(second, 'from the other tab');
    await expect.poll(() => textsOf(driver, room), soon).toEqual(['from the other tab']);
    await first.close();
    await expect.poll(() => textsOf(driver, room), soon).toEqual(['from the other tab', 'one', 'two']);
    await expect.poll(() => bubbles(second), soon).toEqual(['from the other tab', 'one', 'two']);
    await expect.poll(() => kept(second)).not.toContain('outbox');

    const again = await SocketSwitch.of(second);
    await second.reload();
    await second.locator('textarea').waitFor();
    again.cut();
    await write(second, 'three');
    await second.locator('.pending').waitFor();
    await second.close();
    const third = await newTab();
    await third.locator('.rooms li').waitFor();
    await expect.poll(() => textsOf(driver, room), soon).toEqual(['from the other tab', 'one', 'two', 'three']);
  });

  test.runIf(everywhere)('is asked about before a log-out removes it', async () => {
    const { customer } = await home.deal();
    await newBrowser();
    const page = await newTab();
    const socket = await SocketSwitch.of(page);
    await fillLogIn(page, customer);
    await openRoom(page);
    socket.cut();
    await write(page, 'a secret that nobody reads');
    await page.locator('textarea').fill('a secret draft');
    await page.locator('.pending').waitFor();
    expect(await kept(page)).toContain('a secret draft');
    await page.getByRole('button', { name: '로그아웃' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('보내지 않은 메시지 1개', { exact: false }).waitFor();
    await shoot(page, 'log-out-unsent');
    await dialog.getByRole('button', { name: '취소' }).click();
    expect(await page.locator('.pending').count()).toBe(1);
    await page.getByRole('button', { name: '로그아웃' }).click();
    await dialog.getByRole('button', { name: '로그아웃' }).click();
    await page.locator('#username').waitFor();
    expect(await kept(page)).not.toContain('secret');
  });
});

describe('a draft', () => {
  test('is there after another room, another language, a reload, and in another tab', async () => {
    const { customer, driver } = await home.deal();
    await roomOf(customer, driver);
    await newBrowser();
    const page = await newTab();
    await fillLogIn(page, customer);
    const text = page.locator('textarea');
    await openRoom(page, 0);
    await text.fill('first draft');
    await openRoom(page, 1);
    expect(await text.inputValue()).toBe('');
    await text.fill('second draft');
    await openRoom(page, 0);
    expect(await text.inputValue()).toBe('first draft');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    expect(await text.inputValue()).toBe('first draft');
    await page.reload();
    await text.waitFor();
    expect(await text.inputValue()).toBe('first draft');
    await page.close();
    const next = await newTab();
    await openRoom(next, 1);
    expect(await next.locator('textarea').inputValue()).toBe('second draft');
    await next.keyboard.press('Enter');
    await next.locator('.mine .mark-check').waitFor();
    expect(await next.locator('textarea').inputValue()).toBe('');
    expect(await kept(next)).not.toContain('second draft');
    // The other room, which is below now.
    await openRoom(next, 1);
    expect(await next.locator('textarea').inputValue()).toBe('first draft');
  });

  test.runIf(everywhere)('of an edit is there too, and the new message behind it', async () => {
    const { customer, driver } = await home.deal();
    await roomOf(customer, driver);
    await newBrowser();
    const page = await newTab();
    await fillLogIn(page, customer);
    await openRoom(page, 0);
    await write(page, 'as it was');
    await page.locator('.mark-check').waitFor();
    const text = page.locator('textarea');
    await text.fill('a new one');
    await page.locator('.message.mine').hover();
    await page.getByRole('button', { name: '수정' }).click();
    await text.fill('as it is to be');
    await openRoom(page, 1);
    await openRoom(page, 0);
    expect(await text.inputValue()).toBe('as it is to be');
    await page.getByText('메시지 수정 중').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('수정됨').waitFor();
    expect(await bubbles(page)).toEqual(['as it is to be']);
    expect(await text.inputValue()).toBe('a new one');
  });
});

describe('a session that ended by itself', () => {
  test('leaves what was not sent to the same account’s next log-in, and shows it to no other', async () => {
    const { customer, driver, room } = await home.deal();
    const window = await logIn(home, customer, desktop);
    context = window.page.context();
    const { page } = window;
    const socket = await SocketSwitch.of(page);
    await page.reload();
    await openRoom(page);
    socket.cut();
    await write(page, 'still to be sent');
    await page.locator('.pending').waitFor();
    await context.clearCookies();
    socket.mend();
    await page.reload();
    await fillLogIn(page, driver);
    await openRoom(page);
    await page.locator('.system').waitFor();
    expect(await bubbles(page)).toEqual([]);
    await context.clearCookies();
    await page.reload();
    await fillLogIn(page, customer);
    await expect.poll(() => textsOf(driver, room), soon).toEqual(['still to be sent']);
  });
});

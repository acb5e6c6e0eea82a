import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWindow } from '../support/clients/browser.ts';
import { bubbles, desktop, shoot } from '../support/clients/chat-page.ts';
import { SocketSwitch } from '../support/clients/socket-switch.ts';
import { firstOf } from '../support/everywhere.ts';
import { password } from '../support/people/people.ts';
import { roomOf, startPageHome } from '../support/servers/page-home.ts';
import type { PageHome } from '../support/servers/page-home.ts';

let home: PageHome;
const soon = { timeout: 10_000 };

beforeAll(async () => {
  home = await startPageHome();
}, 60_000);

afterAll(() => home.stop());

const focused = (page: Page) =>
  page.evaluate(`(() => {
    const { activeElement: element } = document;
    return [element.localName, element.getAttribute('aria-label') ?? element.textContent.trim()].join(' ');
  })()`) as Promise<string>;

/** Presses a key until what has the focus matches. Gives how often. */
async function pressUntil(page: Page, key: string, wanted: RegExp, most = 12): Promise<number> {
  const seen: string[] = [];
  for (let count = 1; count <= most; count++) {
    await page.keyboard.press(key);
    seen.push(await focused(page));
    if (wanted.test(seen.at(-1) ?? '')) return count;
  }
  throw new Error(`${key} did not reach ${wanted}: ${seen.join(' | ')}`);
}

const narrow = { ...desktop, viewport: { width: 390, height: 844 } };

test.each(
  firstOf(1, [
    ['desktop', desktop],
    ['phone', narrow],
  ] as const),
)('everything can be done by keyboard alone, at the width of a %s', { timeout: 60_000 }, async (name, options) => {
  const { customer, driver, room } = await home.deal();
  for (let index = 0; index < 5; index++) await roomOf(customer, driver);
  for (let index = 1; index <= 55; index++) {
    const person = index % 5 === 0 ? customer : driver;
    const body = { id: `m-${index}`, body: `이야기 ${index}` };
    expect((await person.post(`/v1/rooms/${room}/messages`, body)).status).toBe(201);
  }
  const window = await openWindow(home.browser, options);
  const { page } = window;
  page.setDefaultTimeout(8_000);
  const { keyboard } = page;
  const socket = await SocketSwitch.of(page);
  await page.goto(`${home.origin}/chat`);
  await page.locator('#username').waitFor();
  await keyboard.type(customer.account.username);
  await keyboard.press('Tab');
  await keyboard.type(password);
  await keyboard.press('Enter');
  await expect.poll(() => page.locator('.rooms li').count(), soon).toBe(6);

  // Choose a room: one stop for all of them, and the arrows within.
  await pressUntil(page, 'Tab', /^li /u);
  await pressUntil(page, 'ArrowDown', /^li (?!.*이야기)/u);
  await keyboard.press('Home');
  expect(await focused(page)).toContain('이야기 55');
  await shoot(page, `keyboard-rooms-${name}`);
  await keyboard.press('Enter');
  await page.getByText('이야기 55', { exact: true }).last().waitFor();
  await expect.poll(() => bubbles(page).then((texts) => texts.length), soon).toBe(40);

  // From the beginning of the page to where one writes, past all rooms and messages: by a skip link, or a few stops.
  await page.evaluate("document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex')");
  expect(await pressUntil(page, 'Tab', /^button 메시지 입력으로/u)).toBe(1);
  await shoot(page, `keyboard-skip-${name}`);
  await keyboard.press('Enter');
  expect(await focused(page)).toBe('textarea 메시지를 입력하세요');
  await page.evaluate("document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex')");
  expect(await pressUntil(page, 'Tab', /^textarea/u, 10)).toBeLessThanOrEqual(9);

  // Write.
  await keyboard.type('내일 뵙겠습니다');
  await keyboard.press('Enter');
  await page.locator('.message', { hasText: '내일 뵙겠습니다' }).locator('.mark-check').waitFor();
  expect((await bubbles(page)).at(-1)).toBe('내일 뵙겠습니다');

  // Edit: back to the newest message, on to its buttons.
  await pressUntil(page, 'Shift+Tab', /^button 삭제/u);
  await pressUntil(page, 'Shift+Tab', /^button 수정/u);
  await shoot(page, `keyboard-message-${name}`);
  await keyboard.press('Enter');
  expect(await focused(page)).toMatch(/^textarea/u);
  await keyboard.press('End');
  await keyboard.type('!');
  await keyboard.press('Enter');
  await page.getByText('수정됨').waitFor();
  expect((await bubbles(page)).at(-1)).toBe('내일 뵙겠습니다!');

  // Load older ones: to the oldest that is shown. The focus stays on it.
  await pressUntil(page, 'Shift+Tab', /^li /u);
  const oldest = await page.locator('.message').first().textContent();
  expect(oldest).toContain('이야기 16');
  await keyboard.press('Home');
  await expect.poll(() => bubbles(page).then((texts) => texts.length), soon).toBe(56);
  expect(await focused(page)).toContain('이야기 16');
  await keyboard.press('ArrowUp');
  expect(await focused(page)).toContain('이야기 15');
  await keyboard.press('End');
  expect(await focused(page)).toContain('내일 뵙겠습니다!');

  // Delete, after a change of mind.
  for (const last of ['Escape', 'Enter']) {
    await pressUntil(page, 'Tab', /^button 삭제/u);
    await keyboard.press('Enter');
    expect(await focused(page)).toBe('button 취소');
    if (last === 'Enter') await pressUntil(page, 'Tab', /^button 삭제/u, 2);
    await keyboard.press(last);
    if (last === 'Escape') {
      expect(await focused(page)).toBe('button 삭제');
      await pressUntil(page, 'Shift+Tab', /^li /u);
    }
  }
  await page.getByText('삭제된 메시지입니다').last().waitFor();
  expect(await focused(page)).toMatch(/^li /u);

  // Send again what was refused.
  let refusals = 1;
  socket.answer = ({ type, id, room }) =>
    type === 'send' && refusals-- > 0 ? { type: 'error', code: 'conflict', id, room } : undefined;
  await pressUntil(page, 'Tab', /^textarea/u);
  await keyboard.type('다시');
  await keyboard.press('Enter');
  await page.locator('.failed').waitFor();
  await shoot(page, `keyboard-refused-${name}`);
  await pressUntil(page, 'Shift+Tab', /^button 지우기/u);
  await pressUntil(page, 'Shift+Tab', /^button 다시 보내기/u);
  await keyboard.press('Enter');
  await expect.poll(() => page.locator('.failed, .pending').count(), soon).toBe(0);
  expect((await bubbles(page)).at(-1)).toBe('다시');

  // And back to the rooms.
  if (name === 'phone') {
    await pressUntil(page, 'Shift+Tab', /^button 대화방 목록으로/u);
    await keyboard.press('Enter');
    await pressUntil(page, 'Tab', /^li /u);
  }
  expect(window.complaints).toEqual([]);
  await window.close();
});

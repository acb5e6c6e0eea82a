import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openWindow } from './browser.ts';
import type { Window } from './browser.ts';
import { password } from '../people/people.ts';
import type { Person } from '../people/people.ts';

export const desktop = { viewport: { width: 1280, height: 800 }, locale: 'ko-KR' };
export const phone = { viewport: { width: 390, height: 844 }, locale: 'en-GB', isMobile: true, hasTouch: true };

/** How long one person waits to see what another does: the machine may have other work. */
const soon = { timeout: 10_000 };

/** A home of the product, with the chat page as people see it. */
export interface Home {
  browser: Browser;
  /** Its public address. */
  origin: string;
  /** A customer and a driver of their own with a deal, so with one room that has a system message. */
  deal(): Promise<{ customer: Person; driver: Person }>;
}

/** Logs in on the page, in a window of its own. */
export async function logIn({ browser, origin }: Home, person: Person, options: typeof desktop): Promise<Window> {
  const window = await openWindow(browser, options);
  await window.page.goto(`${origin}/chat`);
  await fillLogIn(window.page, person);
  return window;
}

/** Logs in on a page that shows the log-in. */
export async function fillLogIn(page: Page, person: Person): Promise<void> {
  await page.locator('#username').fill(person.account.username);
  await page.locator('#password').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.rooms li').first().waitFor();
}

export async function write(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text);
  await page.keyboard.press('Enter');
}

export const bubbles = (page: Page): Promise<string[]> => page.locator('.message .bubble').allTextContents();

/** A screenshot, for those who want to look: KINGBUS_SCREENSHOTS names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const screenshots = process.env['KINGBUS_SCREENSHOTS'];
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Two people talk: marks, typing, edits, deletions, each in their language, and a reload in the end. */
export async function twoPeopleTalk(home: Home): Promise<void> {
  const { customer, driver } = await home.deal();
  const minji = await logIn(home, customer, desktop);
  const junho = await logIn(home, driver, phone);
  await shoot(junho.page, 'phone-rooms');
  await minji.page.locator('.rooms li').click();
  await minji.page.getByText('견적이 선택되어 대화방이 열렸습니다.').last().waitFor();
  await write(minji.page, '안녕하세요! 몇 시에 도착하세요?');
  await write(minji.page, '38명입니다.');
  await expect.poll(() => minji.page.locator('.mine .mark-check').count(), soon).toBe(2);

  // Not opened yet: it counts, and the sender sees no read mark.
  await junho.page.locator('.badge').filter({ hasText: '2 unread' }).waitFor();
  expect(await junho.page.title()).toBe('(2) KingBus chat');
  await junho.page.locator('.rooms li').tap();
  await junho.page.getByText('The quote was selected: this room is open.').last().waitFor();
  await expect.poll(() => minji.page.locator('.mine .mark-checks').count(), soon).toBe(2);
  expect(await bubbles(minji.page)).toHaveLength(2);
  await expect.poll(() => junho.page.title(), soon).toBe('KingBus chat');
  await minji.page.locator('.presence.online').waitFor();

  await junho.page.locator('textarea').pressSequentially('아침 7시에');
  await minji.page.locator('.typing', { hasText: '입력하고 있습니다' }).waitFor();
  await shoot(minji.page, 'desktop-typing');
  await junho.page.keyboard.press('Shift+Enter');
  await junho.page.keyboard.type('서부역 승강장입니다');
  await junho.page.keyboard.press('Enter');
  await expect
    .poll(() => bubbles(minji.page), soon)
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
    .poll(() => bubbles(junho.page), soon)
    .toEqual(['This message was deleted', '38명입니다.', '아침 7시에\n서부역 승강장입니다']);
  await shoot(minji.page, 'desktop-talk');
  await shoot(junho.page, 'phone-talk');

  // The session is in a cookie that no script can read, and nothing else is kept but what was not sent.
  expect(await minji.page.evaluate('document.cookie')).toBe('');
  expect(await minji.page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toMatch(/eyJ|refresh/u);
  await minji.page.reload();
  await expect.poll(() => bubbles(minji.page), soon).toHaveLength(3);
  await minji.page.getByRole('button', { name: '로그아웃' }).click();
  await minji.page.locator('#username').waitFor();
  await minji.page.reload();
  await minji.page.locator('#username').waitFor();
  await shoot(minji.page, 'desktop-log-in');

  for (const { complaints, hosts } of [minji, junho]) {
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(home.origin).host]);
  }
  await Promise.all([minji.close(), junho.close()]);
}

type Name = 'minji' | 'junho';

/** Two people who write at the same time, whatever happens to the product meanwhile. */
export class Exchange {
  readonly minji: Window;
  readonly junho: Window;
  readonly #written: Record<Name, string[]> = { minji: [], junho: [] };

  private constructor(minji: Window, junho: Window) {
    this.minji = minji;
    this.junho = junho;
  }

  /** Both log in, one on a desktop and one on a phone, and open the room. */
  static async open(home: Home): Promise<Exchange> {
    const { customer, driver } = await home.deal();
    const exchange = new Exchange(await logIn(home, customer, desktop), await logIn(home, driver, phone));
    for (const name of ['minji', 'junho'] as const) await exchange[name].page.locator('.rooms li').click();
    return exchange;
  }

  /** Each writes `count` messages more, as fast as the page takes them. */
  async say(count: number): Promise<void> {
    await Promise.all((['minji', 'junho'] as const).map((name) => this.#say(name, count)));
  }

  /** Loads the page again, at once: the room is open, as it was. */
  async reload(name: Name): Promise<void> {
    const { page } = this[name];
    await page.reload();
    await page.locator('textarea').waitFor();
  }

  /** Waits until all is sent, and expects both to see everything once, in the same order, and each writer's in theirs. */
  async expectComplete(): Promise<void> {
    const everyone = sorted([...this.#written.minji, ...this.#written.junho]);
    for (const { page } of [this.minji, this.junho]) {
      await page.locator('.banner').waitFor({ state: 'hidden', timeout: 60_000 });
      await expect.poll(() => page.locator('.pending').count(), { timeout: 60_000 }).toBe(0);
      await expect.poll(async () => sorted(await bubbles(page)), { timeout: 20_000 }).toEqual(everyone);
      expect(await page.locator('.failed').count()).toBe(0);
    }
    const seen = await bubbles(this.minji.page);
    expect(await bubbles(this.junho.page)).toEqual(seen);
    for (const name of ['minji', 'junho'] as const) {
      expect(seen.filter((text) => text.startsWith(name))).toEqual(this.#written[name]);
    }
    for (const { complaints } of [this.minji, this.junho]) expect(complaints).toEqual([]);
  }

  async close(): Promise<void> {
    await Promise.all([this.minji.close(), this.junho.close()]);
  }

  async #say(name: Name, count: number): Promise<void> {
    const written = this.#written[name];
    for (let index = 0; index < count; index++) {
      const text = `${name} ${written.length + 1}`;
      written.push(text);
      await write(this[name].page, text);
    }
  }
}

const sorted = (texts: string[]): string[] => texts.toSorted((left, right) => left.localeCompare(right));

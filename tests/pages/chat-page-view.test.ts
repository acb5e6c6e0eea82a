import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { everywhere, firstOf } from '../support/everywhere.ts';
import type { Window } from '../support/clients/browser.ts';
import { bubbles, desktop, logIn, phone, shoot, write } from '../support/clients/chat-page.ts';
import { SocketSwitch } from '../support/clients/socket-switch.ts';
import type { Person } from '../support/people/people.ts';
import { roomOf, startPageHome } from '../support/servers/page-home.ts';
import type { PageHome } from '../support/servers/page-home.ts';

let home: PageHome;
let window: Window;
const english = { ...desktop, locale: 'en-GB' };
const soon = { timeout: 10_000 };

beforeAll(async () => {
  home = await startPageHome();
}, 60_000);

afterAll(() => home.stop());
afterEach(() => window?.close());

/** Logged in, in a window whose connection can be cut and answered for. */
async function open(person: Person, options = desktop): Promise<{ page: Page; socket: SocketSwitch }> {
  window = await logIn(home, person, options);
  const { page } = window;
  page.setDefaultTimeout(8_000);
  const socket = await SocketSwitch.of(page);
  await page.reload();
  await page.locator('.rooms li').first().waitFor();
  return { page, socket };
}

async function fill(room: string, person: Person, count: number): Promise<void> {
  for (let index = 1; index <= count; index++) {
    expect((await person.post(`/v1/rooms/${room}/messages`, { id: `m-${index}`, body: `${index}` })).status).toBe(201);
  }
}

test('an own message is brought into view, however far one has scrolled up', async () => {
  const { customer, driver, room } = await home.deal();
  await fill(room, driver, 60);
  const { page } = await open(customer);
  await page.locator('.rooms li').click();
  await page.locator('.bubble', { hasText: '60' }).waitFor();
  await page.evaluate("document.querySelector('.scroll').scrollTop = 200");
  await write(page, 'here I am');
  await expect
    .poll(
      () =>
        page.evaluate(
          "(({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.scroll'))",
        ),
      soon,
    )
    .toBeLessThan(2);
});

test.each(
  firstOf(1, [
    ['phone', phone],
    ['desktop', desktop],
  ] as const),
)('back and forward go between the list and the rooms, on a %s', async (_name, options) => {
  const { customer, driver } = await home.deal();
  const other = await roomOf(customer, driver);
  const { page } = await open(customer, options);
  const openRoom = async () => {
    await page.locator('textarea').waitFor();
    return new URL(page.url()).hash.slice(1);
  };
  await page.locator(`.rooms li[data-id="${other}"]`).click();
  expect(await openRoom()).toBe(other);
  await page.goBack();
  await page.locator('textarea').waitFor({ state: 'detached' });
  expect(new URL(page.url()).hash).toBe('');
  await page.goForward();
  expect(await openRoom()).toBe(other);
  await page.reload();
  expect(await openRoom()).toBe(other);
  await page.goBack();
  await page.locator('textarea').waitFor({ state: 'detached' });
  // A bookmark of a room leads to it, and from there to the list.
  await page.goto('about:blank');
  await page.goto(`${home.origin}/chat#${other}`);
  expect(await openRoom()).toBe(other);
  if (options === phone) {
    await page.locator('.back').click();
    await page.locator('textarea').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/chat');
    await page.locator('.rooms li').first().waitFor();
  }
  // One of nobody's is none.
  await page.goto('about:blank');
  await page.goto(`${home.origin}/chat#${crypto.randomUUID()}`);
  await page.locator('.rooms li').first().waitFor();
  expect(await page.locator('textarea').count()).toBe(0);
});

describe('a page of the history that cannot be read', () => {
  test.runIf(everywhere).each([503, 404, 422])('is answered %i: a person may try again', async (status) => {
    const { customer, driver, room } = await home.deal();
    await fill(room, driver, 3);
    const { page } = await open(customer);
    let asked = 0;
    await page.route('**/v1/rooms/*/messages?*', (route) => {
      asked++;
      return route.fulfill({ status });
    });
    await page.locator('.rooms li').click();
    const again = page.getByRole('button', { name: '다시 시도' });
    await again.waitFor();
    // In sight, not above what one sees.
    expect((await again.boundingBox())?.y).toBeGreaterThan(60);
    if (status === 404) await shoot(page, 'history-failed');
    // What was not shown was not read.
    const { body } = await customer.get<{ items: { unread: number }[] }>('/v1/rooms');
    expect(body.items[0]?.unread).toBe(3);
    if (status < 500) expect(asked).toBe(1);
    await page.unrouteAll();
    await again.click();
    await expect.poll(() => bubbles(page), soon).toEqual(['1', '2', '3']);
    await again.waitFor({ state: 'detached' });
    await expect
      .poll(async () => (await customer.get<{ items: { unread: number }[] }>('/v1/rooms')).body.items[0]?.unread, soon)
      .toBe(0);
  });
});

// What the page does of its own accord, tests/pages/room-store.test.ts has.
test.runIf(everywhere)('rooms that cannot be read are asked for again, and a person may say so', async () => {
  const { customer } = await home.deal();
  window = await logIn(home, customer, desktop);
  const { page } = window;
  await page.route('**/v1/rooms?*', (route) => route.fulfill({ status: 403 }));
  await page.reload();
  await page.getByText('대화방 목록을 모두 불러오지 못했습니다.', { exact: false }).waitFor();
  expect(await page.getByText('아직 대화방이 없습니다.').isVisible()).toBe(false);
  await shoot(page, 'rooms-failed');
  await page.unrouteAll();
  await page.getByRole('button', { name: '다시 시도' }).click();
  await page.locator('.rooms li').waitFor();
  expect(await page.getByRole('button', { name: '다시 시도' }).isVisible()).toBe(false);
});

test.runIf(everywhere)('who is there is not known while there is no connection', async () => {
  const { customer, driver } = await home.deal();
  const { page, socket } = await open(customer);
  const other = await logIn(home, driver, desktop);
  await page.locator('.rooms li').click();
  await page.locator('.presence.online').waitFor();
  expect(await page.locator('.dot').count()).toBe(2);
  socket.cut();
  await page.getByText('연결되면 접속 상태가 표시됩니다').waitFor();
  expect(await page.locator('.dot').count()).toBe(0);
  socket.mend();
  await page.locator('.presence.online').waitFor(soon);
  await other.close();
  await page.locator('.presence', { hasText: '접속' }).and(page.locator(':not(.online)')).waitFor(soon);
});

describe('a content that the server refuses', () => {
  test.each(
    firstOf(1, [
      [desktop, { failed: '보내지 못했습니다', why: '보이는 글자가 없습니다.', rewrite: '고쳐 쓰기' }, 'blank'],
      [english, { failed: 'Not sent', why: 'There is nothing to be seen in it.', rewrite: 'Rewrite' }, 'blank'],
      [
        desktop,
        { failed: '보내지 못했습니다', why: '이 내용은 보낼 수 없습니다.', rewrite: '고쳐 쓰기' },
        'of_tomorrow',
      ],
      [english, { failed: 'Not sent', why: 'This content cannot be sent.', rewrite: 'Rewrite' }, undefined],
    ] as const),
  )('is shown with its reason, also after a reload, and can be corrected: %#', async (options, words, reason) => {
    const { customer } = await home.deal();
    const { page, socket } = await open(customer, options);
    socket.answer = ({ type, id, room, body }) =>
      type === 'send' && body === 'refused' ? { type: 'error', code: 'invalid_body', id, room, reason } : undefined;
    await page.locator('.rooms li').click();
    await write(page, 'refused');
    const failed = page.locator('.failed');
    for (let time = 0; time < 2; time++) {
      await failed.getByText(words.failed).waitFor();
      await failed.getByText(words.why).waitFor();
      if (time === 0) await page.reload();
    }
    await shoot(page, `refused-send-${options.locale}`);
    await failed.getByRole('button', { name: words.rewrite }).click();
    expect(await page.locator('textarea').inputValue()).toBe('refused');
    await page.locator('.composer .problem', { hasText: words.why }).waitFor();
    await page.locator('textarea').fill('accepted');
    expect(await page.locator('.composer .problem').textContent()).toBe('');
    await page.keyboard.press('Enter');
    await expect.poll(() => bubbles(page), soon).toEqual(['accepted']);
    await page.locator('.mark-check').waitFor();
  });

  test.each(
    firstOf(1, [
      [desktop, '수정', '수정하지 못했습니다. 보이는 글자가 없습니다.', '다시 수정'],
      [english, 'Edit', 'The change was not saved. There is nothing to be seen in it.', 'Edit again'],
    ] as const),
  )('of an edit comes back to be corrected: %#', async (options, edit, why, again) => {
    const { customer } = await home.deal();
    const { page, socket } = await open(customer, options);
    socket.answer = ({ type, id, room, body }) =>
      type === 'edit' && body === 'refused'
        ? { type: 'error', code: 'invalid_body', id, room, reason: 'blank' }
        : undefined;
    await page.locator('.rooms li').click();
    await write(page, 'as it was');
    await page.locator('.mark-check').waitFor();
    const change = async (text: string) => {
      await page.locator('.message.mine').hover();
      await page.getByRole('button', { name: edit, exact: true }).click();
      await page.locator('textarea').fill(text);
      await page.keyboard.press('Enter');
    };
    const problem = page.locator('.composer .problem');
    await change('refused');
    await problem.filter({ hasText: why }).waitFor();
    await shoot(page, `refused-edit-${options.locale}`);
    expect(await page.locator('textarea').inputValue()).toBe('refused');
    await page.locator('textarea').press('Escape');
    expect(await bubbles(page)).toEqual(['as it was']);

    // While something else is being written it waits beside it, through a reload.
    socket.answer = ({ type }) => (type === 'edit' ? {} : undefined);
    await change('refused');
    await page.locator('textarea').fill('meanwhile');
    socket.answer = ({ type, id, room }) =>
      type === 'edit' ? { type: 'error', code: 'invalid_body', id, room, reason: 'blank' } : undefined;
    await page.reload();
    const bar = page.locator('.refused');
    await bar.getByText(why, { exact: false }).waitFor();
    await shoot(page, `refused-edit-waits-${options.locale}`);
    expect(await page.locator('textarea').inputValue()).toBe('meanwhile');
    await page.reload();
    await bar.getByRole('button', { name: again }).click();
    expect(await page.locator('textarea').inputValue()).toBe('refused');
    socket.answer = () => undefined;
    await page.locator('textarea').fill('as it is');
    await page.keyboard.press('Enter');
    await expect.poll(() => bubbles(page), soon).toEqual(['as it is']);
    expect(await page.locator('textarea').inputValue()).toBe('meanwhile');
    await bar.waitFor({ state: 'hidden' });
  });

  test.each(
    firstOf(1, [
      ['not_changeable', '보낸 지 15분이 지났거나 이미 삭제된 메시지입니다.'],
      ['message_not_found', '메시지를 찾을 수 없습니다.'],
    ]),
  )('of a deletion is told: %s', async (code, why) => {
    const { customer } = await home.deal();
    const { page, socket } = await open(customer);
    socket.answer = ({ type, id, room }) => (type === 'delete' ? { type: 'error', code, id, room } : undefined);
    await page.locator('.rooms li').click();
    await write(page, 'it stays');
    await page.locator('.mark-check').waitFor();
    await page.locator('.message.mine').hover();
    await page.getByRole('button', { name: '삭제' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '삭제' }).click();
    await page.locator('.refused', { hasText: `삭제하지 못했습니다. ${why}` }).waitFor();
    await page.locator('.refused').getByRole('button', { name: '닫기' }).click();
    await page.locator('.refused').waitFor({ state: 'hidden' });
    expect(await bubbles(page)).toEqual(['it stays']);
  });
});

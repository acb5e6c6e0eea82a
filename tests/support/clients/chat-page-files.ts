import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { jpeg, pdf } from '../pictures.ts';
import { bubbles, desktop, logIn, phone, shoot, write } from './chat-page.ts';
import type { Home } from './chat-page.ts';

const soon = { timeout: 15_000 };

/** Gives the page a file as a paste or a drop does, which no driver of browsers can. In words of the page, which has what Node lacks. */
const give = (page: Page, event: 'paste' | 'drop', name: string, bytes: Uint8Array) =>
  page.evaluate(`(() => {
    const text = atob(${JSON.stringify(Buffer.from(bytes).toString('base64'))});
    const data = new DataTransfer();
    const content = Uint8Array.from(text, (char) => char.charCodeAt(0));
    data.items.add(new File([content], ${JSON.stringify(name)}, { type: 'image/jpeg' }));
    const options = { bubbles: true, cancelable: true };
    if (${event === 'paste'}) {
      document.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, ...options }));
    } else {
      document.querySelector('.scroll').dispatchEvent(new DragEvent('drop', { dataTransfer: data, ...options }));
    }
  })()`);

/** Pictures and papers by button, paste and drop; what cannot be sent says why; a deleted one is gone. */
export async function twoPeopleShareFiles(home: Home): Promise<void> {
  const { customer, driver } = await home.deal();
  const minji = await logIn(home, customer, desktop);
  const junho = await logIn(home, driver, phone);
  await minji.page.locator('.rooms li').click();
  await junho.page.locator('.rooms li').tap();
  const send = minji.page.locator('.composer button.send');
  const chips = minji.page.locator('.attachments li');
  const shown = (page: Page) =>
    page.evaluate<number[]>(`[...document.querySelectorAll('.picture img')].map(({ naturalWidth }) => naturalWidth)`);

  await minji.page.locator('.composer input[type=file]').setInputFiles([
    { name: '버스.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await jpeg(320, 240)) },
    { name: '계약서.pdf', mimeType: 'application/pdf', buffer: Buffer.from(pdf()) },
  ]);
  await expect.poll(() => minji.page.locator('.attachments li.done').count(), soon).toBe(2);
  await shoot(minji.page, 'desktop-attachments');
  await write(minji.page, '계약서와 사진입니다');
  await expect.poll(() => chips.count(), soon).toBe(0);
  for (const { page } of [minji, junho]) {
    await expect.poll(() => shown(page), soon).toEqual([320]);
    await page.locator('.file', { hasText: '계약서.pdf' }).waitFor();
    expect(await bubbles(page)).toEqual(['계약서와 사진입니다']);
  }
  await shoot(junho.page, 'phone-files');

  // Without a text, by paste and by drop.
  await give(minji.page, 'paste', 'pasted.jpg', await jpeg(100, 80));
  await give(minji.page, 'drop', 'dropped.jpg', await jpeg(90, 80));
  await expect.poll(() => minji.page.locator('.attachments li.done').count(), soon).toBe(2);
  await send.click();
  await expect.poll(() => shown(junho.page), soon).toEqual([320, 100, 90]);
  // Pictures come after their message, and move what is below them: who reads the end goes on to.
  for (const { page } of [minji, junho]) {
    const below = () =>
      page.evaluate<number>(
        `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.conversation .scroll'))`,
      );
    await expect.poll(below, soon).toBeLessThan(2);
  }

  // What is no picture says so, and holds nothing up once it is taken away.
  await give(minji.page, 'drop', 'fake.jpg', new TextEncoder().encode('<svg onload="alert(1)">'));
  await chips.locator('.problem', { hasText: 'JPEG, PNG, WebP' }).waitFor();
  expect(await send.isDisabled()).toBe(true);
  await chips.getByRole('button').click();
  await write(minji.page, '끝');
  await junho.page.getByText('끝').last().waitFor();

  // The one with two pictures is deleted: for both it is gone.
  const message = minji.page.locator('.message').nth(1);
  await message.hover();
  await message.getByRole('button', { name: '삭제' }).click();
  await minji.page.locator('dialog, .dialog').getByRole('button', { name: '삭제' }).click();
  await expect.poll(() => shown(junho.page), soon).toEqual([320]);
  await junho.page.getByText('This message was deleted').last().waitFor();
  expect([...minji.complaints, ...junho.complaints]).toEqual([]);
  await minji.close();
  await junho.close();
}

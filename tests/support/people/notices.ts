import { desc, eq } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import { devNotices } from '../../../schema/outbox.ts';
import { database } from '../db/run-database.ts';

/** What was sent to an address or a number (E.164), newest first. */
export const noticesTo = (address: string) =>
  database().select().from(devNotices).where(eq(devNotices.address, address)).orderBy(desc(devNotices.id));

/** Waits for a notice there that says this, and gives it. */
export async function noticeTo(address: string, says: RegExp): Promise<string> {
  return vi.waitFor(async () => {
    const found = (await noticesTo(address)).find(({ body }) => says.test(body));
    expect(found, `nothing like ${String(says)} was sent to ${address}`).toBeDefined();
    return found?.body ?? '';
  });
}

/** Waits for a code there, and gives its digits: the newest that there is, but none of `known`. */
export async function codeTo(address: string, known: readonly string[] = []): Promise<string> {
  return vi.waitFor(async () => {
    const codes = (await noticesTo(address)).flatMap(({ body }) => /\b\d{6}\b/u.exec(body) ?? []);
    const code = codes.find((each) => !known.includes(each));
    expect(code, `no code was sent to ${address}`).toBeDefined();
    return code ?? '';
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { freePort } from '../../../local/servers/ports.ts';
import { launchBrowser } from '../clients/browser.ts';
import type { Home } from '../clients/chat-page.ts';
import { placed, quoted, selected } from '../people/deals.ts';
import { newCustomer, newDriver } from '../people/people.ts';
import type { Person } from '../people/people.ts';
import { productEnvironment } from './node-setup.ts';
import { startProduct } from './product-process.ts';

export interface PageHome extends Home {
  deal(): Promise<{ customer: Person; driver: Person; room: string }>;
  stop(): Promise<void>;
}

/** The product in one process, at an address that is its public one, and a browser. */
export async function startPageHome(): Promise<PageHome> {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-page-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const environment = {
    ...productEnvironment(inject('databaseUrl')),
    KINGBUS_PUBLIC_ORIGIN: origin,
    KINGBUS_LISTEN: `127.0.0.1:${port}`,
  };
  const [browser, product] = await Promise.all([
    launchBrowser(),
    startProduct('adapters/node/single.ts', environment, join(folder, 'single.log')),
  ]);
  return {
    browser,
    origin,
    async deal() {
      const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
      return { customer, driver, room: await roomOf(customer, driver) };
    },
    async stop() {
      await browser.close();
      await product.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One more deal of these two, and so one more room. */
export async function roomOf(customer: Person, driver: Person): Promise<string> {
  const { room } = await selected(customer, await quoted(driver, await placed(customer)));
  return room.id;
}

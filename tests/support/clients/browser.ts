import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { program } from '../../../local/tools/tools.ts';

/** Debian's Chromium, asking nobody for anything. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program('chromium-headless-shell', 'chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // As few processes as it can do with: each costs as much as a test.
      '--in-process-gpu',
      '--disable-software-rasterizer',
      '--renderer-process-limit=1',
      '--process-per-site',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A page in a context of its own, and what went wrong in it. */
export interface Window {
  page: Page;
  /** What the console complained about, and what was thrown. */
  complaints: string[];
  /** Where the page asked for something. */
  hosts: Set<string>;
  close(): Promise<void>;
}

export async function openWindow(browser: Browser, options: BrowserContextOptions): Promise<Window> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A status that the page expects, and a socket that a dead process closed, are noted by the browser itself.
    if (message.type() === 'error' && !/^(?:Failed to load resource|WebSocket connection)/u.test(message.text())) {
      complaints.push(message.text());
    }
  });
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  return { page, complaints, hosts, close: () => context.close() };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assets, assetsVersion } from '../../functions/pages/chat/assets.ts';
import { assetsFile, assetsText } from '../../local/chat-page/assets.ts';
import { checkout } from '../../local/folder.ts';
import { Client } from '../support/clients/client.ts';

const open = (path: string, language = 'en') => new Client().get(path, { 'Accept-Language': language });

describe('/chat', () => {
  it('serves what `npm run chat:assets` made of client/', () => {
    expect(readFileSync(join(checkout, assetsFile), 'utf8')).toBe(assetsText());
  });

  it('loads from here alone, and runs nothing inline', async () => {
    const { status, headers, text } = await open('/chat');
    expect(status).toBe(200);
    const policy = headers.get('Content-Security-Policy') ?? '';
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "trusted-types 'none'"]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(policy).toContain("connect-src 'self' ws://kingbus.test");
    expect(policy).not.toMatch(/unsafe|\*/u);
    expect(text).not.toMatch(/<style|style="|\son\w+="|<script(?! type="module" src="\/)/u);
    const links = Array.from(text.matchAll(/(?:href|src)="([^"]+)"/gu), ([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(10);
    for (const path of links) {
      const { status, headers } = await open(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(headers.get('Cache-Control')).toContain('immutable');
      expect(headers.get('Content-Type')).toMatch(/^(?:text\/(?:css|javascript); charset=utf-8|image\/svg\+xml)$/u);
    }
  });

  it('speaks Korean and English', async () => {
    const [korean, english] = await Promise.all([open('/chat', 'ko'), open('/chat', 'en')]);
    expect(korean.text).toContain('<html lang="ko">');
    expect(english.text).toContain('<html lang="en">');
    expect(korean.headers.get('Vary')).toContain('Accept-Language');
  });

  it('gives a page of yesterday the scripts of today, and nothing that is not there', async () => {
    const { status, headers } = await open('/assets/chat/000000000000/page/main.js');
    expect({ status, cache: headers.get('Cache-Control') }).toEqual({ status: 200, cache: 'no-cache' });
    for (const path of ['page/none.js', '../../../package.json', '%2e%2e/chat.js', 'page']) {
      expect((await open(`/assets/chat/${assetsVersion}/${path}`)).status).toBe(404);
    }
  });

  it('imports nothing from elsewhere', () => {
    for (const [path, body] of assets) {
      if (!path.endsWith('.js')) continue;
      for (const [, from] of body.matchAll(/^(?:import|\}) .*?from '([^']+)';$/gmu)) {
        expect(assets.has(join(path, '..', from ?? '')), `${path}: ${from}`).toBe(true);
      }
    }
  });
});

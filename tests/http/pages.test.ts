import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';

const page = (path: string, language = 'en') => new Client().get(path, { 'Accept-Language': language });

describe.each(['/', '/docs'])('the page %s', (path) => {
  it('loads nothing, runs nothing, and allows its own style alone', async () => {
    const { status, headers, text } = await page(path);
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toMatch(/^text\/html; charset=utf-8$/iu);
    const styles = Array.from(text.matchAll(/<style>([^]*?)<\/style>/gu), ([, style]) => style ?? '');
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64');
    expect(headers.get('Content-Security-Policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    expect(text).not.toMatch(/<script|<link|<img|style="|\son\w+="|https?:\/\/(?!kingbus\.test)/u);
  });

  it('speaks Korean and English', async () => {
    const [korean, english] = await Promise.all([page(path, 'ko'), page(path, 'en')]);
    expect(korean.text).toContain('<html lang="ko">');
    expect(korean.text).toContain('킹버스');
    expect(english.text).toContain('<html lang="en">');
    expect(english.text).toContain('KingBus');
    for (const { headers } of [korean, english]) expect(headers.get('Vary')).toContain('Accept-Language');
  });
});

describe('/docs', () => {
  it('has every route, and every link in it leads somewhere', async () => {
    const { text } = await page('/docs');
    for (const { method, path, budget } of await readRoutes()) {
      expect(text).toContain(`<span class="method">${method}</span> ${path}`);
      expect(text).toContain(`at most ${budget} SQL statements`);
    }
    const anchors = new Set(Array.from(text.matchAll(/\sid="([^"]+)"/gu), ([, id]) => id));
    const links = Array.from(text.matchAll(/href="#([^"]+)"/gu), ([, id]) => id);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((id) => !anchors.has(id))).toEqual([]);
  });

  it('gives commands that can be pasted as they stand', async () => {
    const { text } = await page('/docs');
    expect(text).toMatch(
      /<pre[^>]*><code>curl -X POST &#39;http:\/\/kingbus\.test\/v1\/orders&#39; \\\n {2}-H &quot;Authorization/u,
    );
  });
});

describe('the rest of what anyone may open', () => {
  it('says that the process runs and that it can work', async () => {
    expect(await page('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await page('/readyz')).toMatchObject({ status: 200, body: { ready: true, database: 'up' } });
    expect(await page('/readyz?exclude=database')).toMatchObject({
      status: 200,
      body: { ready: true, stopping: false },
    });
  });

  it('is described by one OpenAPI 3.1 document', async () => {
    const { status, body, headers } = await page('/openapi.json');
    expect({ status, type: headers.get('Content-Type') }).toEqual({ status: 200, type: 'application/json' });
    expect(body).toMatchObject({ openapi: '3.1.0', components: { securitySchemes: { bearer: { scheme: 'bearer' } } } });
  });
});

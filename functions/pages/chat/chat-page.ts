import { html } from 'hono/html';
import type { App } from '../../http/app-type.ts';
import { languageOf } from '../../http/language.ts';
import { assets, assetsVersion } from './assets.ts';

const base = `/assets/chat/${assetsVersion}`;

const words = {
  ko: { title: '킹버스 채팅', script: '채팅을 하려면 자바스크립트를 켜 주세요.' },
  en: { title: 'KingBus chat', script: 'The chat needs JavaScript.' },
};

const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Everything from here, nothing inline, and no markup made of text (Trusted Types). `ws:` as not every browser counts it as 'self'. */
const policyFor = (origins: string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${origins.map((origin) => origin.replace(/^http/u, 'ws')).join(' ')}`,
    // Pictures of messages are read with a token, and shown from memory.
    "img-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/**
 * `/chat`: a page where people talk, made of client/page on the same client library that others use. Its scripts and its
 * style are under `/assets/chat/`, for ever under the name of their version; an older page that is still open gets
 * today's.
 */
export function mountChatPage(app: App): void {
  const scripts = [...assets.keys()].filter((path) => path.endsWith('.js') && path !== 'page/main.js');

  app.get('/chat', (c) => {
    const language = languageOf(c);
    const { title, script } = words[language];
    const origins = [...c.env.ports.settings.allowedOrigins];
    const page = html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
          <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
          <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1d2026" />
          <meta name="kingbus-origins" content="${origins.join(' ')}" />
          <title>${title}</title>
          <link rel="icon" href="${base}/page/icon.svg" />
          <link rel="stylesheet" href="${base}/page/style.css" />
          ${scripts.map((path) => html`<link rel="modulepreload" href="${base}/${path}" />`)}
          <script type="module" src="${base}/page/main.js"></script>
        </head>
        <body>
          <div id="app"><noscript>${script}</noscript></div>
        </body>
      </html>`;
    return c.html(page, 200, {
      'Content-Language': language,
      'Content-Security-Policy': policyFor(origins),
      'Cache-Control': 'no-cache',
      Vary: 'Accept-Language',
    });
  });

  app.get('/assets/chat/:version/:path{.+}', (c) => {
    const { version, path } = c.req.param();
    const body = assets.get(path);
    if (body === undefined) return c.notFound();
    return c.body(body, 200, {
      'Content-Type': types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      'Cache-Control': version === assetsVersion ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  });
}

import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Env } from '../http/env.ts';
import type { Language } from '../http/language.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --accent: #c2410c; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; font: 1rem/1.6 system-ui, "Noto Sans KR", sans-serif; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { margin-top: 3rem; border-bottom: 2px solid var(--accent); }
h3 { margin: 2.5rem 0 0.25rem; } h3 code { font-size: 1.05rem; } h4 { margin: 1rem 0 0.25rem; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; } pre { overflow-x: auto; padding: 0.75rem; border: 1px solid var(--line); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border: 1px solid var(--line); }
.method { color: var(--accent); font-weight: 700; } .quiet { opacity: 0.75; }
nav ul { columns: 18rem; list-style: none; padding: 0; } a { color: inherit; text-decoration-color: var(--accent); }
:target { outline: 2px solid var(--accent); outline-offset: 0.5rem; }
a:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); }
`;

// Whole, because the policy allows these very characters between the tags: a template would be formatted.
const styleElement = raw(`<style>${style}</style>`);

let policy: string | undefined;

/** Nothing loads and no script runs: the page's one style sheet is allowed by its hash. */
async function contentPolicy(): Promise<string> {
  if (policy === undefined) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    policy = `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  }
  return policy;
}

/** Answers with a whole page. */
export async function answerPage(
  c: Context<Env>,
  { language, title, body }: { language: Language; title: string; body: Html },
): Promise<Response> {
  const page = await html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return c.html(page, 200, {
    'Content-Language': language,
    'Content-Security-Policy': await contentPolicy(),
    'Cache-Control': 'public, max-age=300',
    Vary: 'Accept-Language',
  });
}

/** A text of the OpenAPI document: what stands between backticks is code, line breaks stay. */
export function prose(text: string): Html {
  const parts = text
    .split('`')
    .map((part, index) =>
      index % 2 === 1
        ? html`<code>${part}</code>`
        : part.split('\n').map((line, row) => (row ? html`<br />${line}` : line)),
    );
  return html`${parts}`;
}

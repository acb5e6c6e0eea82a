import { html } from 'hono/html';
import type { App } from '../http/app-type.ts';
import { languageOf } from '../http/language.ts';
import { openApiDocument } from '../http/open-api.ts';
import type { OpenApiDocument } from '../http/open-api.ts';
import type { JsonSchema } from './json-schema.ts';
import { operationSection, operationsOf } from './operation-section.ts';
import { answerPage, prose } from './page.ts';
import type { Html } from './page.ts';
import { schemaTable } from './schema-table.ts';

const titles = { ko: '킹버스 API 문서', en: 'KingBus API reference' };

/**
 * `/docs`: the OpenAPI document for people. Made here rather than by a viewer in the browser: it needs no script, no
 * file server and no network, so it is the same in Node, on the edge and behind the strictest policy.
 */
export function mountDocsPage(app: App): void {
  let document: OpenApiDocument | undefined;
  app.get('/docs', (c) => {
    document ??= openApiDocument(app);
    const language = languageOf(c);
    const title = titles[language];
    return answerPage(c, { language, title, body: reference(document, title, c.env.ports.settings.publicOrigin) });
  });
}

function reference(document: OpenApiDocument, title: string, origin: string): Html {
  const schemas = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
  const find = (name: string) => schemas[name];
  const byTag = [...Map.groupBy(operationsOf(document), ({ tag }) => tag)];
  return html`
    <header>
      <h1>${title}</h1>
      <p>${prose(document.info.description ?? '')}</p>
      <p><a href="/openapi.json">/openapi.json</a></p>
    </header>
    <nav aria-label="${title}">
      ${byTag.map(
        ([tag, operations]) =>
          html`<h4>${tag}</h4>
            <ul>
              ${operations.map(
                ({ id, method, path }) =>
                  html`<li>
                    <a href="#${id}"
                      ><code><span class="method">${method}</span> ${path}</code></a
                    >
                  </li>`,
              )}
            </ul>`,
      )}
    </nav>
    <main>
      ${byTag.map(
        ([tag, operations]) =>
          html`<h2>${tag}</h2>
            ${operations.map((operation) => operationSection(operation, find, origin))}`,
      )}
      <h2>Schemas</h2>
      ${Object.entries(schemas).map(
        ([name, schema]) =>
          html`<section id="schema-${name}">
            <h3>${name}</h3>
            ${schemaTable(schema, find)}
          </section>`,
      )}
    </main>
  `;
}

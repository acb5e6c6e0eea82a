import { html } from 'hono/html';
import type { OpenApiDocument } from '../http/open-api.ts';
import { exampleOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { prose } from './page.ts';
import type { Html } from './page.ts';
import { schemaTable, typeText } from './schema-table.ts';
import type { FindSchema } from './schema-table.ts';

/** One route as the document states it. */
export interface Operation {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  access: string;
  /** What an API key needs; undefined where none opens it. */
  scope: string | undefined;
  budget: number;
  parameters: { name: string; in: string; required?: boolean; description?: string; schema: JsonSchema }[];
  body: { content: string; schema: JsonSchema } | undefined;
  responses: { status: string; description: string; schema: JsonSchema | undefined }[];
}

interface RawOperation {
  tags?: string[];
  summary?: string;
  parameters?: Operation['parameters'];
  requestBody?: { content: Record<string, { schema?: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: JsonSchema }> }>;
  'x-access': string;
  'x-scope'?: string;
  'x-query-budget': number;
}

/** Every route of the document, in its order. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, RawOperation>).map(([method, raw]) => ({
      id: `${method}${path.replaceAll(/[^\w]+/gu, '-')}`,
      tag: raw.tags?.[0] ?? '',
      method: method.toUpperCase(),
      path,
      summary: raw.summary ?? '',
      access: raw['x-access'],
      scope: raw['x-scope'],
      budget: raw['x-query-budget'],
      parameters: raw.parameters ?? [],
      body: bodyOf(raw),
      responses: Object.entries(raw.responses).map(([status, { description, content }]) => ({
        status,
        description,
        schema: Object.values(content ?? {})[0]?.schema,
      })),
    })),
  );
}

function bodyOf({ requestBody }: RawOperation): Operation['body'] {
  const [content, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return content === undefined || media?.schema === undefined ? undefined : { content, schema: media.schema };
}

export function operationSection(operation: Operation, find: FindSchema, origin: string): Html {
  const { id, method, path, summary, access, scope, budget, parameters, body, responses } = operation;
  const byKey = scope === undefined ? [] : [`by API key with ${scope}`];
  return html`<section id="${id}">
    <h3>
      <code><span class="method">${method}</span> ${path}</code>
    </h3>
    <p>
      ${summary}<br />
      <span class="quiet"
        >${[`Who may call: ${access}`, ...byKey, `at most ${budget} SQL statements`].join(' · ')}</span
      >
    </p>
    ${parameters.length > 0 ? parameterTable(parameters) : ''}
    ${
      body &&
      html`<h4>Body: ${typeText(body.schema)}${body.content === json ? '' : html` as <code>${body.content}</code>`}</h4>
        ${body.schema.$ref === undefined ? schemaTable(body.schema, find) : ''}`
    }
    <h4>Answers</h4>
    <div class="scroll">
      <table>
        <tbody>
          ${responses.map(
            ({ status, description, schema }) =>
              html`<tr>
                <th scope="row">${status}</th>
                <td>${prose(description)}</td>
                <td>${schema ? typeText(schema) : ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <pre tabindex="0" aria-label="${method} ${path}"><code>${curl(operation, find, origin)}</code></pre>
  </section>`;
}

function parameterTable(parameters: Operation['parameters']): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">In</th>
          <th scope="col">Type</th>
          <th scope="col">Notes</th>
        </tr>
      </thead>
      <tbody>
        ${parameters.map(
          ({ name, in: place, required, description, schema }) =>
            html`<tr>
              <td><code>${name}</code>${required ? '' : html` <span class="quiet">optional</span>`}</td>
              <td>${place}</td>
              <td>${typeText(schema)}</td>
              <td>${prose(description ?? schema.description ?? '')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const json = 'application/json';

/** A command to paste; the token comes from the environment. */
function curl({ method, path, access, body }: Operation, find: FindSchema, origin: string): string {
  const lines = [`curl${method === 'GET' ? '' : ` -X ${method}`} '${origin}${path}'`];
  if (access !== 'public') lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (body) lines.push(...curlBody(body, find));
  return lines.join(' \\\n  ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function curlBody({ content, schema }: NonNullable<Operation['body']>, find: FindSchema): string[] {
  const example = exampleOf(schema, find);
  if (content !== 'multipart/form-data') {
    const text = content === json ? JSON.stringify(example, null, 2) : '…';
    return [`-H ${quoted(`Content-Type: ${content}`)}`, `-d ${quoted(text)}`];
  }
  // The file comes last, as the server wants it.
  const { file: _file, ...fields } = example as Record<string, unknown>;
  return [
    ...Object.entries(fields).map(([name, value]) => `-F ${quoted(`${name}=${String(value)}`)}`),
    '-F file=@photo.jpg',
  ];
}

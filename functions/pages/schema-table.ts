import { html } from 'hono/html';
import { nameOfRef, propertiesOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { prose } from './page.ts';
import type { Html } from './page.ts';

export type FindSchema = (name: string) => JsonSchema | undefined;

/** The properties of a schema as a table; the alternatives of a union one after the other. */
export function schemaTable(schema: JsonSchema, find: FindSchema): Html {
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives) return html`${alternatives.map((each) => schemaTable(each, find))}`;
  const properties = propertiesOf(schema, find);
  if (properties.length === 0) return html`<p>${typeText(schema)} ${limitsText(schema)}</p>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Type</th>
          <th scope="col">Notes</th>
        </tr>
      </thead>
      <tbody>
        ${properties.map(
          ({ name, property, required }) =>
            html`<tr>
              <td><code>${name}</code>${required ? '' : html` <span class="quiet">optional</span>`}</td>
              <td>${typeText(property)}</td>
              <td>${prose(limitsText(property))}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A type in words, `array of Place`, each named schema a link. */
export function typeText(schema: JsonSchema): Html {
  if (schema.$ref !== undefined) {
    const name = nameOfRef(schema.$ref);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum)
    return html`${schema.enum.map((value, index) => html`${index ? ' | ' : ''}<code>${String(value)}</code>`)}`;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return html`${choices.map((each, index) => html`${index ? ' | ' : ''}${typeText(each)}`)}`;
  if (schema.allOf?.[0]) return typeText(schema.allOf[0]);
  const types = [schema.type ?? 'object'].flat();
  if (types.includes('array') && schema.items) return html`array of ${typeText(schema.items)}`;
  if (schema.properties) {
    const names = Object.entries(schema.properties);
    return html`{ ${names.map(([name, each], index) => html`${index ? ', ' : ''}${name}: ${typeText(each)}`)} }`;
  }
  return html`${types.join(' | ')}${schema.format === undefined ? '' : ` (${schema.format})`}`;
}

function limitsText(schema: JsonSchema): string {
  const { minimum, maximum, minLength, maxLength, maxItems, pattern } = schema;
  return [
    schema.description,
    schema.default !== undefined && `Default: ${JSON.stringify(schema.default)}.`,
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && `At least ${minimum}.`,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `At most ${maximum}.`,
    minLength !== undefined && `At least ${minLength} characters.`,
    maxLength !== undefined && `At most ${maxLength} characters.`,
    maxItems !== undefined && `At most ${maxItems} items.`,
    pattern !== undefined && schema.format === undefined && `Pattern: ${pattern}`,
    schema.example !== undefined && `Example: ${JSON.stringify(schema.example)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

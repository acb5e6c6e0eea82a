/** The part of JSON Schema that our OpenAPI document uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  description?: string;
  example?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
}

/** The name in `#/components/schemas/Order`. */
export const nameOfRef = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

/** What the properties of a schema are, those of all its `allOf` parts included. */
export function propertiesOf(schema: JsonSchema, find: (name: string) => JsonSchema | undefined) {
  const parts = [schema, ...(schema.allOf ?? [])].map((part) =>
    part.$ref === undefined ? part : (find(nameOfRef(part.$ref)) ?? {}),
  );
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  const properties = new Map(parts.flatMap((part) => Object.entries(part.properties ?? {})));
  return Array.from(properties, ([name, property]) => ({ name, property, required: required.has(name) }));
}

/** A value that fits, for an example: what must be there and nothing else. */
export function exampleOf(schema: JsonSchema, find: (name: string) => JsonSchema | undefined): unknown {
  if (schema.$ref !== undefined) return exampleOf(find(nameOfRef(schema.$ref)) ?? {}, find);
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[0];
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (choice) return exampleOf(choice, find);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type ?? 'object') {
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'string':
      return exampleText(schema.format);
    default:
      return Object.fromEntries(
        propertiesOf(schema, find)
          .filter(({ required }) => required)
          .map(({ name, property }) => [name, exampleOf(property, find)]),
      );
  }
}

function exampleText(format: string | undefined): string {
  switch (format) {
    case 'uuid':
      return '0192f3a8-7c00-7000-8000-000000000000';
    case 'date':
      return '2026-12-31';
    case 'date-time':
      return '2026-12-01T09:00:00+09:00';
    case 'password':
      return 'a long pass phrase';
    default:
      return '…';
  }
}

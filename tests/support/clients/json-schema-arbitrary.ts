import * as fc from 'fast-check';
import { anyCodePoints } from '../unicode.ts';

/** As much of JSON Schema as the OpenAPI document uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

/** Finds what a `$ref` names. */
export type Resolve = (ref: string) => JsonSchema;

/** Values that fit a schema; where it says less than it means, some that do not. */
export function fitting(schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(resolve(schema.$ref), resolve);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const [first, ...others] = schema.anyOf ?? schema.oneOf ?? [];
  if (first) return fc.oneof(...[first, ...others].map((each) => fitting(each, resolve)));
  if (schema.allOf) {
    const parts = schema.allOf.map((each) => fitting(each, resolve) as fc.Arbitrary<object>);
    return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as unknown);
  }
  const types = [schema.type ?? 'string'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, resolve)));
}

function ofType(type: string, schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: Math.min(schema.maximum ?? 1_000_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case 'array': {
      const { items = {}, minItems = 0, maxItems = minItems + 3 } = schema;
      return fc.array(fitting(items, resolve), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });
    }
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const values = Object.entries(properties).map(([name, each]) => [name, fitting(each, resolve)] as const);
      return fc.record(Object.fromEntries(values), { requiredKeys: required });
    }
    default:
      return text(schema);
  }
}

const day = 86_400_000;

function text({ format, pattern, minLength = 0, maxLength = 200 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time' || format === 'date') {
    const moment = fc.integer({ min: -day, max: 400 * day }).map((ms) => new Date(Date.now() + ms).toISOString());
    return format === 'date' ? moment.map((at) => at.slice(0, 10)) : moment;
  }
  if (format === 'email') return fc.emailAddress();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 30) });
}

/** What stands in a value's place where it should not: something else, nothing, or more than was asked for. */
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\u200B',
    '\u202E',
    '\uD800',
    'x'.repeat(5_000),
    -1,
    1e308,
    2 ** 53,
    '0x10',
    [],
    {},
  ),
  anyCodePoints(20),
);

/** A value with one of its parts replaced, left out, or added. */
export function broken(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) {
    const longer = strange.map((extra) => [...value, extra]);
    if (value.length === 0) return fc.oneof(strange, longer);
    const at = fc.nat({ max: value.length - 1 });
    return fc.oneof(
      strange,
      longer,
      at.chain((index) => broken(value[index]).map((part) => value.with(index, part))),
    );
  }
  if (typeof value !== 'object' || value === null) return strange;
  const names = Object.keys(value);
  if (names.length === 0) return strange;
  const name = fc.constantFrom(...names);
  const parts = value as Record<string, unknown>;
  return fc.oneof(
    { weight: 1, arbitrary: strange },
    {
      weight: 2,
      arbitrary: name.map((left) => Object.fromEntries(Object.entries(parts).filter(([key]) => key !== left))),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.string(), strange).map(([key, extra]) => Object.assign({}, parts, { [key]: extra })),
    },
    {
      weight: 6,
      arbitrary: name.chain((key) => broken(parts[key]).map((part) => Object.assign({}, parts, { [key]: part }))),
    },
  );
}

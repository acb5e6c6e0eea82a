import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { clientFrame, serverFrame } from '../../functions/chat/frames.ts';
import { asyncApiFile, asyncApiText } from '../../local/asyncapi/text.ts';
import { checkout } from '../../local/folder.ts';

interface Message {
  name: string;
  payload: object;
  examples: { payload: Record<string, unknown> }[];
}

const text = readFileSync(join(checkout, asyncApiFile), 'utf8');
const document = parse(text) as {
  channels: { chat: { messages: Record<string, unknown> } };
  operations: Record<string, unknown>;
  components: { messages: Record<string, Message> };
};
const messages = Object.entries(document.components.messages);

const readSpecification = (): object =>
  JSON.parse(
    readFileSync(join(checkout, 'node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json'), 'utf8'),
  ) as object;

describe('docs/asyncapi.yaml', () => {
  it('is what `npm run docs:asyncapi` writes', () => {
    expect(text).toBe(asyncApiText());
  });

  it('is an AsyncAPI 3.0 document', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const isValid = ajv.compile(readSpecification());
    expect(isValid(document), JSON.stringify(isValid.errors?.slice(0, 5))).toBe(true);
    expect(isValid({ ...document, asyncapi: '2.6.0' })).toBe(false);
    expect(isValid({ ...document, operations: { send: { action: 'shout' } } })).toBe(false);
  });

  it('refers to nothing that it does not have', () => {
    for (const [, path] of text.matchAll(/\$ref: "?'?#\/([\w./]+)/gu)) {
      const found = (path ?? '')
        .split('/')
        .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document);
      expect(found, path).toBeDefined();
    }
  });

  it('has every frame, in its channel, with a schema that takes its example as the server does', () => {
    const sides = { client: clientFrame, server: serverFrame };
    for (const [side, union] of Object.entries(sides)) {
      const ours = messages.filter(([name]) => name.startsWith(side));
      expect(ours).toHaveLength(union.options.length);
      for (const [name, { name: type, payload, examples }] of ours) {
        const example = examples[0]?.payload;
        expect(example?.['type']).toBe(type);
        expect(union.safeParse(example).error, name).toBeUndefined();
        const takes = new Ajv({ strict: false, validateFormats: false }).compile(payload);
        expect(takes(example), name).toBe(true);
        expect(takes({ type }), name).toBe(['sync', 'ping', 'pong'].includes(type));
        expect(document.channels.chat.messages).toHaveProperty(name);
      }
    }
  });

  it('lets a client ignore what it does not know, and the server refuse it', () => {
    for (const [name, { payload, examples }] of messages) {
      const takes = new Ajv({ strict: false, validateFormats: false }).compile(payload);
      expect(takes({ ...examples[0]?.payload, unknown: 1 }), name).toBe(name.startsWith('server'));
    }
  });
});

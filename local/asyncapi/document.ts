import { z } from 'zod';
import { clientFrame, serverFrame } from '../../functions/chat/frames.ts';
import { fromClient, fromServer } from './frames-of-protocol.ts';

type Json = Record<string, unknown>;

/** The AsyncAPI 3 document of the chat, made from the schemas that the server checks frames with. */
export function asyncApiDocument(): Json {
  const received = clientFrame.options.map((schema) => {
    const type = typeOf(schema);
    const { summary, example, replies } = fromClient[type];
    return { type, name: nameOf('client', type), payload: payloadOf(schema, 'input'), summary, example, replies };
  });
  const sent = serverFrame.options.map((schema) => {
    const type = typeOf(schema);
    const { summary, example } = fromServer[type];
    return { type, name: nameOf('server', type), payload: payloadOf(schema, 'output'), summary, example };
  });
  const all = [...received, ...sent];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'KingBus chat',
      version: '1',
      description:
        'One WebSocket, subprotocol `kingbus.v1`, carries everything for one account: the messages of all its rooms, read ' +
        'marks, typing, presence, and what happens in the marketplace. What a client may rely on, close codes, and the ' +
        'smallest client that loses nothing are in docs/chat-protocol.md. Written by `npm run docs:asyncapi`.',
    },
    defaultContentType: 'application/json',
    servers: {
      production: {
        host: 'kingbus.example',
        protocol: 'wss',
        security: [
          { $ref: '#/components/securitySchemes/bearer' },
          { $ref: '#/components/securitySchemes/firstFrame' },
        ],
      },
    },
    channels: {
      chat: {
        address: '/ws',
        messages: Object.fromEntries(all.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      ...Object.fromEntries(
        received.map(({ type, name, summary, replies }) => [
          type,
          {
            action: 'receive',
            summary,
            channel: { $ref: '#/channels/chat' },
            messages: [messageRef(name)],
            ...(replies.length > 0 && {
              reply: {
                channel: { $ref: '#/channels/chat' },
                messages: replies.map((reply) => messageRef(nameOf('server', reply))),
              },
            }),
          },
        ]),
      ),
      deliver: {
        action: 'send',
        summary: 'Whatever the server sends.',
        channel: { $ref: '#/channels/chat' },
        messages: sent.map(({ name }) => messageRef(name)),
      },
    },
    components: {
      messages: Object.fromEntries(
        all.map(({ type, name, summary, payload, example }) => [
          name,
          { name: type, title: name, summary, payload, examples: [{ payload: example }] },
        ]),
      ),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'The `accessToken` of `POST /v1/sessions`, in `Authorization`; a browser offers the subprotocol entry ' +
            '`bearer.<token>` beside `kingbus.v1` instead.',
        },
        firstFrame: { type: 'userPassword', description: 'An `auth` frame within 5 seconds of the opening.' },
      },
    },
  };
}

const nameOf = (side: 'client' | 'server', type: string): string =>
  side + (type[0] ?? '').toUpperCase() + type.slice(1);

const messageRef = (name: string): Json => ({ $ref: `#/channels/chat/messages/${name}` });

/** The `type` of a frame; of a union of frames, the one that all share. */
function typeOf<Schema extends z.ZodType<{ type: string }>>(schema: Schema): z.output<Schema>['type'] {
  const { properties, oneOf } = z.toJSONSchema(schema, { io: 'input' });
  const [first] = oneOf ?? [{ properties }];
  return ((first as Json)['properties'] as { type: { const: string } }).type.const;
}

function payloadOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _draft, ...payload } = z.toJSONSchema(schema, {
    io,
    target: 'draft-7',
    override({ jsonSchema }) {
      // New properties may come in what the server sends: a client ignores what it does not know.
      if (io === 'output') delete jsonSchema.additionalProperties;
      // The bounds of a number that is read exactly say nothing here, and `format: uuid` says what its pattern does.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
    },
  });
  return payload;
}

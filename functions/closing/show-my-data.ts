import { z } from '@hono/zod-openapi';
import { listOwnMessages, readOwnData } from '../../db/own-data.ts';
import type { RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { wholeNumber } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { limitBy } from '../http/limit-attempts.ts';
import type { AccountActor } from '../identity/actor.ts';
import { toInstant } from '../instant.ts';
import type { Limit, Ports } from '../ports.ts';

/** Messages in one answer: what is held at once, of texts of 4,000 characters, is some megabytes. */
const messagesAtOnce = 2000;

const downloads: Limit = { attempts: 60, seconds: 3600 };

const query = z.strictObject({
  afterRoom: idOf<RoomId>().optional(),
  afterSeq: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
});

/** Rows as they stand in a table, without secrets. */
const rows = z.array(z.record(z.string(), z.unknown()));

const myData = z
  .object({
    at: z.string(),
    account: rows.optional(),
    operator: rows.optional(),
    regions: rows.optional(),
    consents: rows.optional(),
    sessions: rows.optional(),
    apiKeys: rows.optional(),
    vehicles: rows.optional(),
    documents: rows.optional(),
    files: rows.optional(),
    orders: rows.optional(),
    stops: rows.optional(),
    quotes: rows.optional(),
    rooms: rows.optional(),
    audit: rows.optional(),
    messages: rows,
    next: z.string().nullable().openapi({ description: 'Where the other messages are: those alone.' }),
  })
  .openapi('MyData');

/**
 * Everything that the product has of the caller, as it stands in its tables; of messages their own alone, and a part of them: `next` says
 * where the others are. Problem: `too_many_requests`.
 */
export async function showMyData(
  ports: Pick<Ports, 'db' | 'clock' | 'limiter' | 'log'>,
  actor: AccountActor,
  { afterRoom, afterSeq = 0 }: z.output<typeof query>,
): Promise<z.infer<typeof myData>> {
  const { db, clock } = ports;
  const { accountId } = actor;
  await limitBy(ports, actor, { action: 'my-data', of: accountId }, downloads);
  const after = { room: afterRoom ?? ('00000000-0000-0000-0000-000000000000' as RoomId), seq: afterSeq };
  const rest = afterRoom === undefined ? await readOwnData(db, accountId) : {};
  const messages = await listOwnMessages(db, accountId, after, messagesAtOnce);
  const last = messages.length === messagesAtOnce ? messages.at(-1) : undefined;
  const next = last ? `/v1/me/data?afterRoom=${last.roomId}&afterSeq=${last.seq}` : null;
  return { at: toInstant(clock.now()), ...rest, messages, next };
}

export const showMyDataEndpoint = endpoint({
  name: 'showMyData',
  access: 'account',
  budget: 16,
  problems: ['too_many_requests'],
  method: 'get',
  path: '/v1/me/data',
  notByKey: 'All of it at once is for its owner alone.',
  tags: ['accounts'],
  summary: 'Everything that is here of me, to be kept',
  request: { query },
  answers: {
    200: {
      description: 'By kind; where `next` names a path, more messages are there',
      body: myData,
      savedAs: 'kingbus-data.json',
    },
  },
  handle: ({ ports, actor, query }) => showMyData(ports, actor, query),
});

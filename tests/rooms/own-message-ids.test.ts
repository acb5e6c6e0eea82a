import { describe, expect, test } from 'vitest';
import { clientMessageId } from '../../functions/chat/frames.ts';
import type { Page } from '../../functions/http/paging.ts';
import { ownMessageIds } from '../../functions/rooms/own-message-ids.ts';
import type { Message } from '../../functions/rooms/room-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

/** Every form, for the smallest and the largest of what it is made of. */
const forms: [string, string][] = [
  ...[1, 2, Number.MAX_SAFE_INTEGER].map((seq): [string, string] => ['deletion', ownMessageIds.deletion(seq)]),
  ['event', ownMessageIds.event('01a2099c-14f4-7000-a632-c6ff38b4bcdf')],
];

test('every form of an id of the server’s own is tried here', () => {
  expect(new Set(forms.map(([form]) => form))).toEqual(new Set(Object.keys(ownMessageIds)));
  for (const [, id] of forms) expect(id.length).toBeLessThanOrEqual(64);
});

describe.each(forms)('the id of the server’s own for a %s, `%s`', (_form, id) => {
  test('is none that a client may use, in any spelling', async () => {
    for (const spelling of [
      id,
      ` ${id}`,
      `${id} `,
      id.replace(' ', '\u00a0'),
      id.replace(' ', '\t'),
      id.toUpperCase(),
    ]) {
      expect(clientMessageId.safeParse(spelling).success, JSON.stringify(spelling)).toBe(false);
    }
    const customer = await newCustomer();
    const path = `/v1/rooms/${await newRoom(customer, await newDriver())}/messages`;
    expect(await customer.post(path, { id, body: '제 것' })).toMatchObject(refusal(422, 'validation_failed'));
    await customer.post(path, { id: 'mine', body: '제 것' });
    const edit = { method: 'PATCH', body: { id, body: '고침' } } as const;
    expect(await customer.call(`${path}/1`, edit)).toMatchObject(refusal(422, 'validation_failed'));
  });
});

test.each(['delete-2', 'delete_2', 'delete+2', 'delete%202', 'delete2', 'DELETE-2', 'delete', '2', 'system-2'])(
  'a sender who uses the id %s can delete every message all the same, and again',
  async (id) => {
    const customer = await newCustomer();
    const path = `/v1/rooms/${await newRoom(customer, await newDriver())}/messages`;
    for (const each of [id, 'second', 'third']) {
      expect(await customer.post(path, { id: each, body: each })).toMatchObject({ status: 201 });
    }
    for (const seq of [2, 1, 3, 2, 1, 3]) {
      expect(await customer.call(`${path}/${seq}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    }
    const { body } = await customer.get<Page<Message>>(path);
    expect(body.items.map(({ kind, target, body: text }) => [kind, target, text])).toEqual([
      ['deletion', 3, ''],
      ['deletion', 1, ''],
      ['deletion', 2, ''],
      ['text', undefined, ''],
      ['text', undefined, ''],
      ['text', undefined, ''],
    ]);
  },
);

import { describe, expect, inject, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Message } from '../../functions/rooms/room-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import { readBytes, rowOf, sendFile, sentFile } from '../support/people/files.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { jpeg, pdf } from '../support/pictures.ts';

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

type Pair = Awaited<ReturnType<typeof pair>>;
const attachedTo = ({ customer, room }: Pair, name = 'photo.jpg') =>
  sentFile(customer, { purpose: 'chat', roomId: room, name });

const contentOf = ({ body }: Pick<Message, 'body'>) => JSON.parse(body) as { text?: string; files: { id: string }[] };

describe('a message with files', () => {
  test('says what they are, and its room alone reads them', async () => {
    const them = await pair();
    const { customer, driver, room } = them;
    const [photo, paper] = [
      await attachedTo(them),
      await sentFile(customer, { purpose: 'chat', roomId: room, name: '계약서.pdf' }, pdf()),
    ];
    const answer = await customer.post<Message>(`/v1/rooms/${room}/messages`, {
      id: 'one',
      body: '여기 있습니다',
      files: [photo.id, paper.id],
    });
    expect(answer).toMatchObject({ status: 201, body: { seq: 1, kind: 'files', from: customer.id } });
    expect(contentOf(answer.body)).toEqual({
      text: '여기 있습니다',
      files: [
        { id: photo.id, name: 'photo.webp', type: 'image/webp', bytes: photo.bytes, width: 64, height: 48 },
        { id: paper.id, name: '계약서.pdf', type: 'application/pdf', bytes: paper.bytes },
      ],
    });
    expect(await rowOf(photo)).toMatchObject({ state: 'ready', roomId: room });
    const { body: log } = await driver.get<Page<Message>>(`/v1/rooms/${room}/messages`);
    expect(log.items).toEqual([answer.body]);
    const { body: rooms } = await driver.get<Page<{ unread: number }>>('/v1/rooms');
    expect(rooms.items[0]?.unread).toBe(1);
    const statuses = await Promise.all(
      [customer, driver, await newAdmin(), await newCustomer()].map(
        async (each) => (await readBytes(each, photo.url)).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 404, 404]);
    expect(await customer.call(`/v1/files/${photo.id}`, { method: 'DELETE' })).toMatchObject(
      refusal(409, 'file_in_use'),
    );
  });

  test('sent again stands once; another content under its id is a conflict', async () => {
    const them = await pair();
    const [one, other] = [await attachedTo(them), await attachedTo(them)];
    const path = `/v1/rooms/${them.room}/messages`;
    const first = await them.customer.post<Message>(path, { id: 'm', files: [one.id] });
    expect(first.status).toBe(201);
    expect(contentOf(first.body).text).toBeUndefined();
    expect(await them.customer.post(path, { id: 'm', files: [one.id] })).toMatchObject({
      status: 200,
      body: first.body,
    });
    for (const content of [{ files: [other.id] }, { files: [one.id], body: 'x' }, { body: first.body.body }]) {
      expect(await them.customer.post(path, { id: 'm', ...content })).toMatchObject(refusal(409, 'message_conflict'));
    }
    expect(await them.customer.post(path, { id: 'n', files: [one.id] })).toMatchObject(refusal(404, 'file_not_found'));
    expect(await rowOf(other)).toMatchObject({ state: 'pending' });
  });

  test('takes nothing that is not its sender’s for this very room', async () => {
    const [them, others] = [await pair(), await pair()];
    const path = `/v1/rooms/${them.room}/messages`;
    const elsewhere = await attachedTo(others);
    const photo = await sentFile(them.customer);
    const own = await attachedTo(them);
    const ofDriver = await sentFile(them.driver, { purpose: 'chat', roomId: them.room });
    for (const file of [elsewhere, photo, ofDriver, { id: crypto.randomUUID() }]) {
      const answer = await them.customer.post(path, { id: `m-${file.id}`, files: [own.id, file.id] });
      expect(answer).toMatchObject(refusal(404, 'file_not_found'));
    }
    expect(await them.customer.post(path, { id: 'twice', files: [own.id, own.id] })).toMatchObject(
      refusal(404, 'file_not_found'),
    );
    // Nothing of it was used by what was refused.
    expect(await them.customer.post(path, { id: 'good', files: [own.id] })).toMatchObject({
      status: 201,
      body: { seq: 1 },
    });
  });

  test.each([
    ['neither', {}],
    ['no files', { files: [] }],
    ['a blank text', { body: '  ' }],
    ['eleven files', { files: Array.from({ length: 11 }, () => crypto.randomUUID()) }],
    ['what is no id', { files: ['../../etc/passwd'] }],
  ])('is refused with %s', async (_what, content) => {
    const { customer, room } = await pair();
    expect(await customer.post(`/v1/rooms/${room}/messages`, { id: 'm', ...content })).toMatchObject(
      refusal(422, 'validation_failed'),
    );
  });

  test('that is deleted takes its files with it; it cannot be edited', async () => {
    const them = await pair();
    const file = await attachedTo(them);
    const path = `/v1/rooms/${them.room}/messages`;
    await them.customer.post(path, { id: 'm', files: [file.id], body: 'look' });
    expect(await them.customer.call(`${path}/1`, { method: 'PATCH', body: { id: 'e', body: 'x' } })).toMatchObject(
      refusal(409, 'message_not_changeable'),
    );
    expect(await them.customer.call(`${path}/1`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    for (const each of [them.customer, them.driver]) expect((await readBytes(each, file.url)).status).toBe(404);
    expect(await them.customer.post(path, { id: 'm', files: [file.id], body: 'look' })).toMatchObject({
      status: 200,
      body: { seq: 1, body: '', deletedAt: expect.any(String) },
    });
  });

  test('goes over a socket, in its order, to everybody of the room', async () => {
    const them = await pair();
    const files = await Promise.all([attachedTo(them), attachedTo(them)]);
    const [sender, reader] = await Promise.all([connectChat(them.customer), connectChat(them.driver, 1)]);
    const { room } = them;
    sender.send({ type: 'send', id: 'a', room, files: [files[0].id] });
    sender.send({ type: 'send', id: 'b', room, body: 'then' });
    sender.send({ type: 'send', id: 'c', room, body: 'and', files: [files[1].id] });
    sender.send({ type: 'send', id: 'd', room, files: [files[1].id] });
    const heard = [];
    for (let count = 0; count < 3; count++) heard.push(await reader.next('message'));
    expect(heard.map(({ id, kind, seq }) => [id, kind, seq])).toEqual([
      ['a', 'files', 1],
      ['b', 'text', 2],
      ['c', 'files', 3],
    ]);
    expect(contentOf(heard[2] as Message)).toMatchObject({ text: 'and', files: [{ id: files[1].id }] });
    expect(await sender.next('error')).toMatchObject({ code: 'file_not_found', id: 'd' });
    sender.send({ type: 'send', id: 'e', room });
    expect(await sender.next('error')).toMatchObject({ code: 'malformed', id: 'e' });
    await Promise.all([sender.close(), reader.close()]);
  });

  test.runIf(inject('home') === 'node')('of ten files is the most, and of each what it is', async () => {
    const them = await pair();
    const sent = [];
    for (let count = 0; count < 10; count++) {
      const { body } = await sendFile(them.customer, await jpeg(), {
        purpose: 'chat',
        roomId: them.room,
        name: `${'가'.repeat(200)}.jpg`,
      });
      sent.push(body.id);
    }
    const answer = await them.customer.post<Message>(`/v1/rooms/${them.room}/messages`, {
      id: 'm',
      files: sent,
      body: '한'.repeat(4000),
    });
    expect(answer.status).toBe(201);
    expect(contentOf(answer.body).files.map(({ id }) => id)).toEqual(sent);
  });
});

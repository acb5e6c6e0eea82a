import { describe, expect, test } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Message } from '../../functions/rooms/room-schema.ts';
import { connectChat } from '../support/clients/chat-client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

async function scene() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const minji = await connectChat(customer);
  minji.send({ type: 'send', id: 'first', room, body: '처음' });
  await minji.next('message');
  return { customer, room, minji };
}

/** The characters that people paste, and what becomes of them; the rule itself is tested with human-text.ts. */
const cleaned: [string, string, string][] = [
  ['a line feed and a tab', '하나\n\t둘', '하나\n\t둘'],
  ['a carriage return with its line feed', '하나\r\n둘', '하나\n둘'],
  ['a carriage return alone', '하나\r둘', '하나\n둘'],
  ['a vertical tab of a word processor', '하나\v둘', '하나\n둘'],
  ['a form feed', '하나\f둘', '하나\n둘'],
  ['a next line (NEL)', '하나\u0085둘', '하나\n둘'],
  ['a line separator and a paragraph separator', '하나\u2028둘\u2029셋', '하나\n둘\n셋'],
  ['an escape and what a terminal makes of it', '\u001b[31m빨강', '[31m빨강'],
  ['a null', 'nul\u0000', 'nul'],
  ['an override of the direction', '가\u202e나', '가나'],
  ['blanks around it', '  가운데  ', '  가운데  '],
  ['4,000 characters of four bytes each', '🚌'.repeat(4000), '🚌'.repeat(4000)],
  ['4,000 characters and what nobody sees', `${'가'.repeat(4000)}\u200b`, '가'.repeat(4000)],
];

const refused: [string, string, string, string][] = [
  ['nothing', '', 'blank', '/body'],
  ['blanks', ' \n\t\u00a0\u3000', 'blank', '/body'],
  ['what nobody sees', '\u200b\u2060\u3164', 'blank', '/body'],
  ['control characters alone', '\u0000\u001b', 'blank', '/body'],
  ['4,001 characters', '가'.repeat(4001), 'too_long', '/body'],
  ['4,001 characters that are pairs', '🚌'.repeat(4001), 'too_long', '/body'],
  ['half of a pair', '가\ud83d나', 'malformed_text', '/body'],
];

describe('a body with', () => {
  test.each(cleaned)('%s is taken, and cleaned where it has to be', async (_name, body, stored) => {
    const { customer, room, minji } = await scene();
    minji.send({ type: 'send', id: 'frame', room, body });
    minji.send({ type: 'edit', id: 'edit', room, seq: 1, body });
    const path = `/v1/rooms/${room}/messages`;
    expect(await minji.next('ack')).toMatchObject({ id: 'first' });
    expect([(await minji.next('ack')).id, (await minji.next('ack')).id].toSorted()).toEqual(['edit', 'frame']);
    expect(await customer.post(path, { id: 'http', body })).toMatchObject({ status: 201, body: { body: stored } });
    const edit = { method: 'PATCH', body: { id: 'http-edit', body } } as const;
    expect(await customer.call(`${path}/2`, edit)).toMatchObject({ status: 200, body: { body: stored } });
    // The same again is the same again.
    minji.send({ type: 'send', id: 'frame', room, body });
    expect(await minji.next('ack')).toMatchObject({ id: 'frame', seq: 2 });
    const { body: page } = await customer.get<Page<Message>>(path);
    expect(new Set(page.items.map((message) => message.body))).toEqual(new Set([stored]));
    await minji.close();
  });

  test.each(refused)(
    '%s is refused with its reason, and says nothing against the client',
    async (_name, body, reason, pointer) => {
      const { customer, room, minji } = await scene();
      const text = JSON.stringify(body);
      for (let time = 0; time < 25; time++) {
        minji.send(`{"type":"send","id":"s","room":"${room}","body":${text}}`);
        minji.send(`{"type":"edit","id":"e","room":"${room}","seq":1,"body":${text}}`);
      }
      for (let time = 0; time < 25; time++) {
        for (const id of ['s', 'e']) {
          expect(await minji.next('error')).toEqual({ type: 'error', code: 'invalid_body', id, room, reason });
        }
      }
      minji.send({ type: 'send', id: 's', room, body: '이제 됩니다' });
      expect(await minji.next('ack')).toMatchObject({ id: 'first' });
      expect(await minji.next('ack')).toMatchObject({ id: 's', seq: 2 });
      const path = `/v1/rooms/${room}/messages`;
      for (const answer of [
        await customer.post(path, { id: 'h', body }),
        await customer.call(`${path}/1`, { method: 'PATCH', body: { id: 'h', body } }),
      ]) {
        expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ pointer }] } });
      }
      await minji.close();
    },
  );

  test.each([
    ['no text', 7],
    ['nothing at all', undefined],
    ['a list', ['가']],
  ])('%s is a frame of a broken client', async (_name, body) => {
    const { room, minji } = await scene();
    minji.send({ type: 'send', id: 's', room, body });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed', id: 's', room });
    await minji.close();
  });

  test('something wrong, in a frame that is wrong elsewhere too, is a frame of a broken client', async () => {
    const { room, minji } = await scene();
    minji.send({ type: 'send', id: 's', room, body: '', from: 'me' });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed', id: 's', room });
    await minji.close();
  });
});

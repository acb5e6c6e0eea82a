import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { endpoint, withStatus } from '../../functions/http/endpoint.ts';
import { checkVersion } from '../../functions/http/if-match.ts';
import { json } from '../../functions/http/json-body.ts';
import { raw } from '../../functions/http/raw-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const common = { access: 'public', budget: 0, tags: ['tests'], summary: 'A test' } as const;
const busSchema = z.object({ id: z.string(), version: z.int(), driver: z.object({ name: z.string() }) });
const bus = { id: 'b1', version: 3, driver: { name: '민지' } };

const showBus = (given: () => unknown) =>
  endpoint({
    ...common,
    name: 'showBus',
    method: 'get',
    path: '/bus',
    answers: { 200: { description: 'The bus', body: busSchema } },
    handle: () => given() as typeof bus,
  });

/** What the one line of the log says went wrong. */
const failureIn = (logged: object[]): string => (logged[0] as { err: Error }).err.message;

describe('an answer', () => {
  it('goes out with its version as ETag, and is kept by nobody', async () => {
    const response = await tinyApp([showBus(() => bus)]).request('/bus');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(bus);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: '"3"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['at the top', { ...bus, passwordHash: 'x' }, '/passwordHash'],
    ['further down', { ...bus, driver: { name: '민지', phone: '010' } }, '/driver/phone'],
  ])('that carries more than its schema %s fails, and the log says where', async (_where, given, pointer) => {
    const { request, logged } = tinyApp([showBus(() => given)]);
    const response = await request('/bus');
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'internal' });
    expect(failureIn(logged)).toContain(`${pointer} is none of its schema's`);
  });

  it('whose list carries more in one item fails', async () => {
    const list = endpoint({
      ...common,
      name: 'listBuses',
      method: 'get',
      path: '/buses',
      answers: { 200: { description: 'Buses', body: z.object({ items: z.array(busSchema) }) } },
      handle: () => ({ items: [bus, Object.assign({}, bus, { secret: 1 })] }),
    });
    const { request, logged } = tinyApp([list]);
    const response = await request('/buses');
    expect(response.status).toBe(500);
    expect(failureIn(logged)).toContain('/items/1/secret');
  });

  it('that does not fit its schema fails', async () => {
    const { request, logged } = tinyApp([showBus(() => ({ ...bus, version: '3' }))]);
    expect((await request('/bus')).status).toBe(500);
    expect(failureIn(logged)).toContain('/version');
  });

  it('may leave out what may be missing', async () => {
    const { request } = tinyApp([showBus(() => ({ ...bus, nothing: undefined }))]);
    expect(await (await request('/bus')).json()).toEqual(bus);
  });

  it('is not checked in production, where a defect must not take the rest away', async () => {
    const { request } = tinyApp([showBus(() => ({ ...bus, extra: 1 }))], 'production');
    expect((await request('/bus')).status).toBe(200);
  });

  it('of a list has no ETag', async () => {
    const body = z.object({ items: z.array(busSchema), nextCursor: z.string().nullable() });
    const list = endpoint({
      ...common,
      name: 'listBuses',
      method: 'get',
      path: '/buses',
      answers: { 200: { description: 'Buses', body } },
      handle: () => ({ items: [bus], nextCursor: null }),
    });
    const response = await tinyApp([list]).request('/buses');
    expect(response.headers.get('ETag')).toBeNull();
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  });

  it('says where what was made stands, with the status that the handler chose', async () => {
    const make = endpoint({
      ...common,
      name: 'makeBus',
      method: 'post',
      path: '/buses',
      request: { body: json(z.strictObject({ known: z.boolean() })) },
      answers: {
        200: { description: 'It was there', body: busSchema },
        201: { description: 'The bus', body: busSchema, location: '/buses/{id}' },
      },
      handle: ({ body }) => withStatus(body.known ? 200 : 201, bus),
    });
    const post = (known: boolean) =>
      tinyApp([make]).request('/buses', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ known }),
      });
    const [made, known] = [await post(false), await post(true)];
    expect([made.status, made.headers.get('Location')]).toEqual([201, '/buses/b1']);
    expect([known.status, known.headers.get('Location')]).toEqual([200, null]);
  });

  it('names no place by a property that it does not have', () => {
    const answers = { 201: { description: 'x', body: busSchema, location: '/buses/{number}' } };
    const make = endpoint({ ...common, name: 'x', method: 'post', path: '/x', answers, handle: () => bus });
    expect(() => tinyApp([make])).toThrow('number');
  });

  it('has no body where none is promised', async () => {
    const mute = endpoint({
      ...common,
      name: 'mute',
      method: 'put',
      path: '/mute',
      answers: { 204: { description: 'It is so' } },
      handle: async () => {},
    });
    const response = await tinyApp([mute]).request('/mute', { method: 'PUT' });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('of another kind keeps what the handler says of it, and gets the headers of every answer', async () => {
    const calendar = endpoint({
      ...common,
      name: 'calendar',
      method: 'get',
      path: '/calendar',
      answers: { 200: { description: 'A calendar', content: 'text/calendar' } },
      handle: () => new Response('BEGIN:VCALENDAR', { headers: { 'Content-Type': 'text/calendar' } }),
    });
    const response = await tinyApp([calendar]).request('/calendar');
    expect(await response.text()).toBe('BEGIN:VCALENDAR');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/calendar',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
  });

  it('may be kept where the endpoint says so', async () => {
    const keys = endpoint({
      ...common,
      name: 'keys',
      method: 'get',
      path: '/keys',
      cacheControl: 'public, max-age=300',
      answers: { 200: { description: 'Keys', body: z.object({}) } },
      handle: () => ({}),
    });
    expect((await tinyApp([keys]).request('/keys')).headers.get('Cache-Control')).toBe('public, max-age=300');
  });

  it('is checked when the handler is compiled', () => {
    const rest = { ...common, name: 'x', method: 'get', path: '/x' } as const;
    const one = { 200: { description: 'x', body: busSchema } } as const;
    const two = { ...one, 201: { description: 'x', body: z.object({ made: z.boolean() }) } } as const;
    // @ts-expect-error a version is a number
    endpoint({ ...rest, answers: one, handle: () => ({ ...bus, version: '3' }) });
    // @ts-expect-error the body of the other status
    endpoint({ ...rest, answers: two, handle: () => withStatus(201, bus) });
    // @ts-expect-error no such status
    endpoint({ ...rest, answers: two, handle: () => withStatus(202, bus) });
    // @ts-expect-error a calendar is a Response
    endpoint({ ...rest, answers: { 200: { description: 'x', content: 'text/calendar' } }, handle: () => 'BEGIN' });
    // @ts-expect-error a visitor has no account
    endpoint({ ...rest, answers: one, handle: ({ actor }) => ({ ...bus, id: actor.accountId }) });
    // @ts-expect-error it takes no query
    endpoint({ ...rest, answers: one, handle: ({ query }) => ({ ...bus, id: query.id }) });
  });
});

describe('If-Match', () => {
  const edit = (ifMatch: 'required' | 'optional') =>
    endpoint({
      ...common,
      name: 'edit',
      method: 'patch',
      path: '/bus',
      ifMatch,
      answers: { 200: { description: 'The bus', body: busSchema } },
      handle: ({ versions }) => {
        checkVersion(3, versions);
        return { ...bus, version: 4 };
      },
    });
  const send = async (ifMatch: string | undefined, need: 'required' | 'optional' = 'required') => {
    const headers = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
    const response = await tinyApp([edit(need)]).request('/bus', { method: 'PATCH', headers });
    return response.status;
  };

  it.each(['"3"', ' "3" ', '*', '"1", "3"', '"1","3","9"', 'W/"1", "3"', '"x", "3"'])(
    '%s lets version 3 through',
    async (tag) => {
      expect(await send(tag)).toBe(200);
    },
  );

  it.each(['"2"', '"1", "2"', 'W/"3"', '3', '"', '""', '"3', "'3'", '"3" "3"', '"03x"', '', ',', '"*"', 'W/*'])(
    '%s does not',
    async (tag) => {
      expect(await send(tag)).toBe(412);
    },
  );

  it('is asked for where it is required', async () => {
    expect(await send(undefined)).toBe(428);
    expect(await send(undefined, 'optional')).toBe(200);
    expect(await send('"2"', 'optional')).toBe(412);
  });
});

describe('a raw body', () => {
  const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x0d, 0x0a, 0x00, 0x7d]);
  let received: Uint8Array | undefined;
  const webhook = endpoint({
    ...common,
    name: 'webhook',
    method: 'post',
    path: '/webhook',
    request: { body: raw({ content: 'application/json', limit: 16 }) },
    answers: { 204: { description: 'Taken' } },
    handle: ({ body }) => {
      received = body;
    },
  });
  const send = (body: BodyInit, type = 'application/json; charset=utf-8') =>
    tinyApp([webhook]).request('/webhook', { method: 'POST', headers: { 'Content-Type': type }, body });

  it('reaches the handler as it was sent, to the byte', async () => {
    expect((await send(bytes)).status).toBe(204);
    expect(received).toEqual(bytes);
    expect((await send('')).status).toBe(204);
    expect(received).toEqual(new Uint8Array());
  });

  it('is stopped at its limit, and is of its own type alone', async () => {
    expect((await send(new Uint8Array(17))).status).toBe(413);
    expect((await send(bytes, 'text/plain')).status).toBe(415);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/shared/system-clock.ts';
import { createSolapi } from '../../adapters/sms/solapi.ts';
import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import { smsBytes } from '../../functions/notices/sms-bytes.ts';
import { TestClock } from '../support/ports.ts';
import { SolapiServer } from '../support/servers/solapi-server.ts';
import type { SolapiFault } from '../support/servers/solapi-server.ts';

let server: SolapiServer;
beforeEach(async () => {
  server = await SolapiServer.start();
});
afterEach(() => server.stop());

const noticeOf = (others: Partial<Notice> = {}): Notice => ({
  id: crypto.randomUUID(),
  channel: 'sms',
  address: '+821012345678',
  subject: '[킹버스] 회원가입 인증번호',
  body: '[킹버스] 회원가입 인증번호 123456 (5분). 남에게 알려 주지 마세요.',
  ...others,
});

async function failureOf(sending: Promise<unknown>): Promise<Error> {
  try {
    await sending;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was sent');
}

describe('a text message', () => {
  it('is signed, goes to the number as it is dialled at home, and carries our id', async () => {
    const notice = noticeOf();
    await createSolapi(server.settings, { clock: systemClock }).send(notice);
    expect(server.taken).toEqual([
      {
        to: '01012345678',
        from: '0212345678',
        country: '82',
        type: 'SMS',
        text: notice.body,
        customFields: { noticeId: notice.id },
      },
    ]);
  });

  it.each<[bytes: number, type: 'SMS' | 'LMS']>([
    [90, 'SMS'],
    [91, 'LMS'],
  ])('of %i bytes travels as %s', async (bytes, type) => {
    const body = '가'.repeat(40).padEnd(40 + bytes - 80, 'x');
    expect(smsBytes(body)).toBe(bytes);
    const subject = '[킹버스] 아주 긴 제목은 마흔 바이트에서 끝납니다';
    await createSolapi(server.settings, { clock: systemClock }).send(noticeOf({ body, subject }));
    expect(server.taken).toMatchObject([{ type, text: body }]);
    const [{ subject: sent } = { subject: undefined }] = server.taken;
    if (type === 'SMS') expect(sent).toBeUndefined();
    else expect(smsBytes(sent ?? '')).toBeLessThanOrEqual(40);
  });

  it.each(['+1555123456', '01012345678', 'minji@example.test', '+82', ''])('is refused to %j', async (address) => {
    const error = await failureOf(createSolapi(server.settings, { clock: systemClock }).send(noticeOf({ address })));
    expect(error).toBeInstanceOf(NoticeRefused);
    expect(server.calls).toBe(0);
  });

  it('that this process saw taken is not sent twice; one whose answer was lost may be', async () => {
    const solapi = createSolapi(server.settings, { clock: systemClock });
    const [once, lost] = [noticeOf(), noticeOf()];
    await solapi.send(once);
    await solapi.send(once);
    expect(server.calls).toBe(1);
    server.faults.push('hang up after');
    expect(await failureOf(solapi.send(lost))).toBeInstanceOf(NoticesUnavailable);
    await solapi.send(lost);
    const ids = server.taken.map(({ customFields }) => customFields.noticeId);
    expect(ids).toEqual([once.id, lost.id, lost.id]);
  });
});

describe('a provider', () => {
  it.each<[SolapiFault, typeof NoticesUnavailable | typeof NoticeRefused, message: RegExp]>([
    ['hang up', NoticesUnavailable, /^sms: no connection \(TypeError\)$/u],
    ['silence', NoticesUnavailable, /^sms: no answer \(TimeoutError\)$/u],
    [{ status: 500, errorCode: 'InternalError' }, NoticesUnavailable, /^sms: 500 InternalError$/u],
    [{ status: 429, errorCode: 'TooManyRequests' }, NoticesUnavailable, /^sms: 429 TooManyRequests$/u],
    [{ status: 402, errorCode: 'NotEnoughBalance' }, NoticesUnavailable, /^sms: 402 NotEnoughBalance$/u],
    [{ status: 400, errorCode: 'to 01012345678' }, NoticesUnavailable, /^sms: 400$/u],
    [{ failed: '1062' }, NoticesUnavailable, /^sms: 1062$/u],
    [{ failed: '3013' }, NoticeRefused, /^sms: 3013$/u],
  ])('that says %j', async (fault, kind, message) => {
    server.faults.push(fault);
    const error = await failureOf(
      createSolapi(server.settings, { clock: systemClock, patienceMs: 300 }).send(noticeOf()),
    );
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
    expect(error.cause).toBeUndefined();
    expect(server.taken).toEqual([]);
  });

  it('that asks to be left alone is left alone for so long', async () => {
    const clock = new TestClock(Date.now());
    const solapi = createSolapi(server.settings, { clock });
    server.faults.push({ status: 429, errorCode: 'TooManyRequests', retryAfter: '30' });
    await failureOf(solapi.send(noticeOf()));
    clock.advance(29_000);
    expect((await failureOf(solapi.send(noticeOf()))).message).toBe('sms: asked to wait for 1 s more');
    expect(server.calls).toBe(1);
    clock.advance(1_000);
    await solapi.send(noticeOf());
    expect(server.taken).toHaveLength(1);
  });

  it.each<[string, Partial<SolapiServer['settings']>, RegExp]>([
    ['another key', { key: 'OTHER' }, /^sms: 403 InvalidAPIKey$/u],
    ['another secret', { secret: 'other' }, /^sms: 403 SignatureDoesNotMatch$/u],
  ])('that knows %s takes nothing, and says so when it is asked', async (_kind, wrong, message) => {
    const solapi = createSolapi({ ...server.settings, ...wrong }, { clock: systemClock });
    for (const failure of [await failureOf(solapi.send(noticeOf())), await failureOf(solapi.check())]) {
      expect(failure).toBeInstanceOf(NoticesUnavailable);
      expect(failure.message).toMatch(message);
    }
  });

  it('that knows us tells what is left', async () => {
    expect(await createSolapi(server.settings, { clock: systemClock }).check()).toBe(50_000);
  });
});

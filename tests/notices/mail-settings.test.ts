import { describe, expect, it } from 'vitest';
import { readConfig } from '../../adapters/node/config.ts';
import { parseMailUrl, parseSender } from '../../adapters/mail/mail-settings.ts';

describe('the address of a mail server', () => {
  it.each([
    ['smtps://mail.test', { host: 'mail.test', port: 465, tls: 'implicit', user: undefined }],
    ['smtp://mail.test', { host: 'mail.test', port: 587, tls: 'starttls', user: undefined }],
    ['smtp://mail.test:25/', { host: 'mail.test', port: 25, tls: 'starttls', user: undefined }],
    ['smtp://localhost:25', { host: 'localhost', port: 25, tls: 'none', user: undefined }],
    ['smtp://[::1]:25', { host: '::1', port: 25, tls: 'none', user: undefined }],
    ['smtps://127.0.0.1', { host: '127.0.0.1', port: 465, tls: 'implicit', user: undefined }],
    [
      'smtps://a%40b:p%2F%3A@mail.test',
      { host: 'mail.test', port: 465, tls: 'implicit', user: { name: 'a@b', password: 'p/:' } },
    ],
  ])('%s', (url, expected) => {
    expect(parseMailUrl(url)).toEqual(expected);
  });

  it.each(['', 'mail.test', 'http://mail.test', 'smtp://', 'smtp://a/b', 'smtp://a?b', 'smtp://a#b', 'smtp://a:b:c'])(
    'is none: %j',
    (url) => {
      expect(parseMailUrl(url)).toBeUndefined();
    },
  );
});

describe('who writes', () => {
  it.each([
    ['noreply@kingbus.kr', { name: '', address: 'noreply@kingbus.kr' }],
    [' 킹버스 <noreply@kingbus.kr> ', { name: '킹버스', address: 'noreply@kingbus.kr' }],
    ['<noreply@localhost>', { name: '', address: 'noreply@localhost' }],
  ])('%j', (text, expected) => {
    expect(parseSender(text)).toEqual(expected);
  });

  it.each([
    '',
    'KingBus',
    'a@b.test, c@d.test',
    'A <a@b.test> B',
    '"A" <a@b.test>',
    'A\r\nBcc: <a@b.test>',
    '<a@b.test',
    '@b.test',
  ])('is nobody: %j', (text) => {
    expect(parseSender(text)).toBeUndefined();
  });
});

describe('the settings of notices', () => {
  const others = { DATABASE_URL: 'mysql://kingbus@db.test/kingbus' };

  it('are those of nobody, where none are given', () => {
    expect(readConfig(others).notices).toEqual({ mail: undefined, sms: undefined });
  });

  it('take the password from its own secret, whatever characters it has', () => {
    const { notices } = readConfig({
      ...others,
      KINGBUS_MAIL_URL: 'smtps://kingbus:old@mail.test',
      KINGBUS_MAIL_PASSWORD: 'p@ss/w:rd?#% 비밀\n',
      KINGBUS_MAIL_FROM: '킹버스 <noreply@kingbus.test>',
      KINGBUS_SMS_KEY: 'NCSKEY',
      KINGBUS_SMS_SECRET: 's',
      KINGBUS_SMS_FROM: '02-1234-5678',
    });
    expect(notices.mail?.user).toEqual({ name: 'kingbus', password: 'p@ss/w:rd?#% 비밀' });
    expect(notices.sms).toEqual({ key: 'NCSKEY', secret: 's', from: '0212345678', url: 'https://api.solapi.com' });
  });
});

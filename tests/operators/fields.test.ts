import { describe, expect, it } from 'vitest';
import { companyCode, contactPhone, videoLink } from '../../functions/operators/fields.ts';
import { beginning } from '../../functions/operators/search-text.ts';
import { newCompanyCode } from '../../functions/text/company-code.ts';
import { regionCodes, regionNames } from '../../functions/text/regions.ts';

describe('a contact phone', () => {
  it.each([
    ['010-1234-5678', '+821012345678'],
    ['０１０－１２３４－５６７８', '+821012345678'],
    ['+82 10 1234 5678', '+821012345678'],
    ['82-10-1234-5678', '+821012345678'],
    ['0082 (0)10 1234 5678', '+821012345678'],
    ['011-234-5678', '+82112345678'],
    ['02-312-3456', '+8223123456'],
    ['02) 2123-4567', '+82221234567'],
    ['+82-2-2123-4567', '+82221234567'],
    ['031.234.5678', '+82312345678'],
    ['064-7123-4567', '+826471234567'],
    ['070-8123-4567', '+827081234567'],
    ['080-234-5678', '+82802345678'],
    ['0505-123-4567', '+825051234567'],
    ['0507-1234-5678', '+8250712345678'],
    ['1588-1234', '15881234'],
    ['1661-1234', '16611234'],
    ['1899 1234', '18991234'],
    ['+82 1588-1234', '15881234'],
  ])('%s is %s', (text, kept) => {
    expect(contactPhone.parse(text)).toBe(kept);
    expect(contactPhone.parse(kept)).toBe(kept);
  });

  it.each([
    '',
    '1',
    '112',
    '1234-5678',
    '1988-1234',
    '010-1234-567',
    '010-1234-56789',
    '02-123-4567',
    '02-1588-1234',
    '039-234-5678',
    '0501-123-4567',
    '+1 202 555 0100',
    '+81 3 1234 5678',
    '010-1234-abcd',
    `010${' '.repeat(70)}12345678`,
  ])('%j is none', (text) => {
    expect(contactPhone.safeParse(text).success).toBe(false);
  });
});

describe('a video link', () => {
  it.each([
    ['https://youtu.be/dQw4w9WgXcQ', 'https://youtu.be/dQw4w9WgXcQ'],
    [' HTTPS://WWW.YouTube.com/watch?v=1&t=2s ', 'https://www.youtube.com/watch?v=1&t=2s'],
    ['https://tv.naver.com/v/1234567', 'https://tv.naver.com/v/1234567'],
    ['https://한국버스.kr/소개', 'https://xn--3e0b707egzd9tq.kr/%EC%86%8C%EA%B0%9C'],
    ['https://vimeo.com:443/1', 'https://vimeo.com/1'],
  ])('%s is taken', (text, kept) => {
    const found = videoLink.parse(text);
    if (!text.includes('한국')) expect(found).toBe(kept);
    expect(found).toMatch(/^https:\/\/[a-z\d.-]+\//u);
    expect(videoLink.parse(found)).toBe(found);
  });

  it.each([
    '',
    'youtu.be/x',
    'http://youtu.be/x',
    'javascript:alert(1)',
    'data:text/html,x',
    'https:youtu.be/x',
    'https:///youtu.be/x',
    'https://user@youtu.be/x',
    'https://user:secret@youtu.be/x',
    'https://youtu.be:8443/x',
    'https://localhost/x',
    'https://db/x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.0.0.8/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/x',
    'https://[fd00::1]/x',
    'https://metadata.google.internal/x',
    'https://printer.local/x',
    'https://youtu.be\\@evil.com/x',
    'https://youtu.be/\nx',
    'https://youtu.be./x',
    `https://youtu.be/${'x'.repeat(500)}`,
    `https://youtu.be/${'가'.repeat(100)}`,
  ])('%j is refused', (text) => {
    expect(videoLink.safeParse(text).success).toBe(false);
  });
});

describe('a company code', () => {
  it('is eight signs that nobody takes for another, never the same', () => {
    const codes = Array.from({ length: 500 }, newCompanyCode);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[A-HJKMNP-TV-Z2-9]{8}$/u);
    expect(new Set(codes.join('')).size).toBe(30);
  });

  it('is read in any usual writing', () => {
    for (const text of ['abcd-ef23', ' ABCD EF23 ', 'ＡＢＣＤＥＦ２３'])
      expect(companyCode.parse(text)).toBe('ABCDEF23');
    for (const text of ['', 'ABCDEF2', 'ABCDEF234', 'ABCDEF20', 'ABCDEFI2', 'ABCDEFU2'])
      expect(companyCode.safeParse(text).success).toBe(false);
  });
});

describe('the regions', () => {
  it('are the seventeen provinces, each with a code of two digits and both names', () => {
    expect(regionCodes).toHaveLength(17);
    expect(regionCodes).toEqual([...new Set(regionCodes)].toSorted());
    for (const code of regionCodes) {
      expect(code).toMatch(/^\d\d$/u);
      expect(regionNames[code].korean).toMatch(/^[가-힣]+[시도]$/u);
      expect(regionNames[code].english).toMatch(/^[A-Z][A-Za-z ]+$/u);
    }
  });
});

describe('what an admin searches for', () => {
  it.each([
    ['minji', 'username', 'minji'],
    [' MinJi ', 'username', 'minji'],
    ['ｍｉｎｊｉ', 'username', 'minji'],
    ['minji@', 'email', 'minji@'],
    ['010-1234', 'phone', '+82101234'],
    ['+82 10 1234 5678', 'phone', '+821012345678'],
  ])('%j is the beginning of a %s', (text, of, least) => {
    expect(beginning(text)).toEqual({ of, least, beyond: `${least}\x7f` });
  });

  it.each(['', ' ', 'm', '민지', 'a b', '0', '+8', '010-abcd', '1'.repeat(300)])('%j finds nothing', (text) => {
    expect(beginning(text)).toBeUndefined();
  });
});

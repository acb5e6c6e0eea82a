import { describe, expect, it } from 'vitest';
import { isReservedName } from '../../functions/text/reserved-names.ts';

describe('a name that could be taken for the market', () => {
  it.each([
    'KingBus',
    'kingbus',
    'KINGBUS',
    'King Bus',
    'K.i.n.g-B_u_s',
    'ＫｉｎｇＢｕｓ',
    'KingBus Support',
    '공식 KingBus',
    'kingbus24',

    'Kіngbus',
    'Кіngbus',
    'KΙNGBUS',
    'k1ngbus',
    'kingbu5',
    'KlNGBUS',
    'ᴋɪɴɢʙᴜꜱ',
    '🅺🅸🅽🅶🅱🆄🆂',
    '🇰🇮🇳🇬🇧🇺🇸',
    'Ⓚⓘⓝⓖⓑⓤⓢ',
    'kıngbus',

    '킹버스',
    '킹 버스',
    '킹.버.스',
    '킹버스 고객센터',
    '킹버스\u200b',
    '킹버스'.normalize('NFD'),
    'ㅋㅣㅇㅂㅓㅅㅡ',
    '「킹버스」',

    'admin',
    'Admin',
    'ADMIN',
    'аdmin',
    'adm1n',
    '@dmin',
    'admin1',
    'Admin 02',
    'A d m i n',
    'administrator',
    'ádmin',

    '운영자',
    '운 영 자',
    '운영자1',
    '관리자',
    '관리자님'.slice(0, 3),
    '고객센터',
    '공식',
    'official',
    'OFFICIAL SUPPORT',
    'support',
    'suppоrt',

    'Customer Service',
    'staff',
    'Moderator',
    '시스템',
    'system',
  ])('%s', (name) => {
    expect(isReservedName(name)).toBe(true);
  });
});

describe('a name of somebody else', () => {
  it.each([
    '김민지',
    '박기사',
    '한빛관광',
    '바이킹버스',
    'Viking Bus',
    '킹드라이버',
    'King Tours',
    'Kim Bus',
    '남해고속 관리자 김씨',
    '서울관광 고객센터',

    'Supporters Tour',
    'Adminton',
    '공식당 관광',
    '운영관광',
    'Мария',
    'Γιώργος',
    '山田 太郎',
    'محمد',
    '한빛관광 🚌✨ 김기사',
    '123',
    '7',
    '버스킹',
  ])('%s', (name) => {
    expect(isReservedName(name)).toBe(false);
  });
});

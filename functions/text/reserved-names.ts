/** The names of who runs the market. Nobody's display name begins with one, in whatever letters. */
const houseNames = ['kingbus', '킹버스'];

/** What people are called who speak for the market. Nobody's display name is made of these alone. */
const offices = [
  'admin admins administrator official support staff team operator manager master moderator helpdesk help desk',
  'center centre customer service system root webmaster',
  '운영자 운영진 운영팀 관리자 관리인 관리팀 매니저 고객 센터 상담원 상담사 상담 지원팀 공식 본사 직원 시스템 어드민 서포트 마스터',
].flatMap((names) => names.split(' '));

/** Signs of other alphabets, and digits, that look like a letter of those names. */
const lookAlikes = new Map<string, string>();
for (const [letter, signs] of Object.entries({
  a: 'аαɑаᴀꭺ4@',
  b: 'вβьбʙᏴ8',
  c: 'сϲᴄᏟ',
  d: 'ԁɗᴅᎠ',
  e: 'еεєҽᴇᎬ3€',
  f: 'ꜰƒ',
  g: 'ɡցɢᏀ9',
  h: 'һнʜᏂᎻ',
  i: 'іιɩıӏɪᎥ1!|lǀ',
  k: 'кκᴋᏦ',
  m: 'мμᴍᎷ',
  n: 'пηиոɴ',
  o: 'оοσօᴏ0',
  p: 'рρᴘᏢ',
  r: 'гɾʀяᏒ',
  s: 'ѕꜱᏚ5$',
  t: 'тτᴛᎢ7+',
  u: 'υսᴜцᏌ',
  v: 'νѵᴠ',
  w: 'ωшԝᴡ',
  x: 'хχ',
  y: 'уγүʏ',
  z: 'ᴢ2',
  // Hangul letters that end a syllable, as those that begin one: so a name is the same in loose letters.
  ᄀ: 'ᆨ',
  ᄂ: 'ᆫ',
  ᄆ: 'ᆷ',
  ᄋ: 'ᆼ',
}))
  for (const sign of signs) lookAlikes.set(sign.toLowerCase(), letter);

/** Letters in circles and squares, and as flags, which Unicode does not take for letters. */
const pictured = [0x1f150, 0x1f170, 0x1f1e6];

/**
 * A text as it looks from afar: without case, width, accents, blanks and punctuation, each sign as the letter that it looks like
 * (after Unicode Technical Standard 39, section 4, for the letters that our names have).
 */
function skeletonOf(text: string): string {
  let skeleton = '';
  for (const sign of text.normalize('NFKD').toLowerCase()) {
    const code = sign.codePointAt(0) ?? 0;
    const first = pictured.find((each) => code >= each && code < each + 26);
    const letter = first === undefined ? sign : String.fromCodePoint(97 + code - first);
    const alike = lookAlikes.get(letter) ?? letter;
    if (/[\p{L}\p{N}]/u.test(alike)) skeleton += alike;
  }
  return skeleton.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

const anyOf = (names: string[]): string => names.map(skeletonOf).join('|');
const house = new RegExp(`^(?:${anyOf(offices)})*(?:${anyOf(houseNames)})`, 'u');
const office = new RegExp(`^(?:${anyOf(offices)})+$`, 'u');

/** Whether a name would make its bearer look like the market itself, or like somebody who speaks for it. */
export function isReservedName(name: string): boolean {
  const words = name.split(/[\s\p{P}]+/u);
  if ([name, ...words].some((part) => house.test(skeletonOf(part)))) return true;
  return [name, name.replace(/\p{N}/gu, '')].some((part) => office.test(skeletonOf(part)));
}

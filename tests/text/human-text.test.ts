import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, isSeen, lengthOf } from '../../functions/text/human-text.ts';
import { messageText, multiLine, oneLine } from '../../functions/text/text-fields.ts';
import { anyCodePoints, categories, charactersOf, textOf } from '../support/unicode.ts';

/** The rules, or the kinds of findings, that a value breaks. */
const findings = (schema: ReturnType<typeof oneLine>, value: string): unknown[] =>
  (schema.safeParse(value).error?.issues ?? []).map((issue) =>
    issue.code === 'custom' ? issue.params?.['rule'] : issue.code,
  );

/** What no text has once it is clean: controls, overrides, embeddings and isolates, fillers, zero-width spaces, tags alone. */
const never = /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\u115F\u1160\u3164\uFFA0\u200B\u2060\uFEFF\u00AD\u2028\u2029]/u;

describe('any text of all categories of Unicode', () => {
  const anyText = fc.oneof(
    textOf(),
    textOf(['Cc', 'Cf', 'Mn', 'Lo', 'So', 'Zs', 'Zl', 'Zp']),
    anyCodePoints(),
    fc.string({ unit: 'grapheme-composite' }),
  );
  const wellFormed = anyText.filter((text) => text.isWellFormed());

  it('is clean once it has been cleaned, in normal form C, and never holds what nobody sees', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        for (const clean of [cleanText, cleanLine]) {
          const once = clean(text);
          expect(clean(once)).toBe(once);
          expect(once.normalize('NFC')).toBe(once);
          expect(once.isWellFormed()).toBe(true);
          expect(once).not.toMatch(never);
        }
        expect(cleanLine(text)).not.toMatch(/[\n\t]|^\s|\s$|\s{2}/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('is cleaned alike in whichever normal form it comes', () => {
    fc.assert(
      fc.property(textOf(['Lu', 'Ll', 'Lo', 'Mn', 'Zs', 'Po']), (text) => {
        expect(cleanText(text.normalize('NFD'))).toBe(cleanText(text.normalize('NFC')));
      }),
      { numRuns: 1000 },
    );
  });

  it('is taken, or refused for the one reason that is true', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = findings(oneLine(20), text);
        if (!text.isWellFormed()) expect(found).toEqual(['malformed_text']);
        else if (!isSeen(cleanLine(text))) expect(found).toEqual(['blank']);
        else if (lengthOf(cleanLine(text)) > 20) expect(found).toEqual(['too_big']);
        else expect(oneLine(20).parse(text)).toBe(cleanLine(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps what people write: letters, digits, punctuation and signs stay, whatever stands beside them', () => {
    fc.assert(
      fc.property(textOf(['Lu', 'Ll', 'Nd', 'Ps', 'Pe', 'Sm', 'Sc']), (text) => {
        expect(cleanText(text)).toBe(text.normalize('NFC'));
      }),
    );
  });

  it.each(['Zs', 'Zl', 'Zp', 'Cc', 'Cf', 'Mn', 'Me', 'Mc', 'Co'] as const)(
    'is blank where all of it is %s',
    (category) => {
      const seenAlone = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/u;
      const few = charactersOf(category).filter((each) => !seenAlone.test(each));
      expect(few.length).toBeGreaterThan(0);
      for (const each of few) {
        for (const text of [each, each.repeat(3), ` ${each}\u200b`]) {
          expect({ text: JSON.stringify(text), found: findings(oneLine(40), text) }).toMatchObject({
            found: ['blank'],
          });
        }
      }
    },
  );

  it('knows every category that there is', () => {
    for (const category of categories) expect(charactersOf(category).length, category).toBeGreaterThan(0);
  });
});

describe('what can be cleaned is cleaned', () => {
  it.each<[string, string, string, string]>([
    ['a word processor’s line break', 'a\vb', 'a\nb', 'a b'],
    ['a form feed', 'a\fb', 'a\nb', 'a b'],
    ['NEL', 'a\u0085b', 'a\nb', 'a b'],
    ['a line separator', 'a\u2028b', 'a\nb', 'a b'],
    ['a paragraph separator', 'a\u2029b', 'a\nb', 'a b'],
    ['CRLF', 'a\r\nb', 'a\nb', 'a b'],
    ['CR', 'a\rb', 'a\nb', 'a b'],
    ['a tab', 'a\tb', 'a\tb', 'a b'],
    ['ESC', 'a\u001bb', 'ab', 'ab'],
    ['NUL', 'a\0b', 'ab', 'ab'],
    ['a bell and a delete', 'a\u0007\u007fb', 'ab', 'ab'],
    ['a zero-width space', 'kingdriver\u200b', 'kingdriver', 'kingdriver'],
    ['a word joiner and a byte order mark', '\ufeffa\u2060b', 'ab', 'ab'],
    ['a soft hyphen', 'a\u00adb', 'ab', 'ab'],
    ['a right-to-left override', 'a\u202eb\u202c', 'ab', 'ab'],
    ['an isolate', '\u2066a\u2069b', 'ab', 'ab'],
    ['a mark of direction among Latin letters', 'a\u200eb', 'ab', 'ab'],
    ['a mark of direction among Hebrew letters', 'א\u200f!', 'א\u200f!', 'א\u200f!'],
    ['Hangul fillers', '김\u3164민\u115f\u1160지\uffa0', '김민지', '김민지'],
    ['tags', 'a\u{e0041}\u{e0042}b', 'ab', 'ab'],
    [
      'the flag of Scotland',
      '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
      '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
      '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    ],
    [
      'a family and a rainbow',
      '👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈',
      '👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈',
      '👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈',
    ],
    ['a firefighter of one skin', '👩🏽\u200d🚒', '👩🏽\u200d🚒', '👩🏽\u200d🚒'],
    ['a joiner among Hangul', '김\u200d기사', '김기사', '김기사'],
    ['joiners in a row', '👩\u200d\u200d🚒', '👩🚒', '👩🚒'],
    ['Persian', 'می\u200cخواهم', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष', 'क्\u200dष', 'क्\u200dष'],
    ['two variation selectors', '❤\ufe0f\ufe0f', '❤\ufe0f', '❤\ufe0f'],
    ['a variation selector of nothing', ' \ufe0f', ' ', ''],
    ['loose Hangul letters', '\u1100\u1161\u11ab', '간', '간'],
    ['blanks', '\u00a0 김\u3000 민지 ', '\u00a0 김\u3000 민지 ', '김 민지'],
    ['a noncharacter', 'a\uffffb', 'ab', 'ab'],
  ])('%s', (_what, text, lines, line) => {
    expect({ lines: cleanText(text), line: cleanLine(text) }).toEqual({ lines, line });
  });
});

describe('what nobody sees is blank', () => {
  it.each([
    ['nothing', ''],
    ['spaces', ' \u3000\u00a0\u2003'],
    ['a zero-width space', '\u200b'],
    ['a word joiner', '\u2060'],
    ['fillers', '\u3164\u115f\u1160\uffa0'],
    ['the blank of Braille', '\u2800\u2800'],
    ['variation selectors', '\ufe0f\u{e0100}'],
    ['tags', '\u{e0061}\u{e007f}'],
    ['combining marks', '\u0301\u0489\u20dd'],
    ['an override', '\u202e\u202c'],
    ['joiners', '\u200d\u200c'],
    ['an object that is not there', '\ufffc'],
    ['a null note head', '\u{1d159}'],
    ['private characters', '\ue000\u{100000}'],
    ['control characters', '\u001b\u0000\u009f'],
    ['line ends', '\r\n\v\u2028'],
  ])('%s', (_what, text) => {
    expect(findings(oneLine(40), text)).toEqual(['blank']);
    expect(findings(messageText, text)).toEqual(['blank']);
    expect(multiLine(40).parse(text)).toBe('');
  });
});

describe('a length', () => {
  it('is counted in characters as Unicode numbers them, after cleaning', () => {
    expect(oneLine(3).parse('🚌🚌🚌')).toBe('🚌🚌🚌');
    expect(findings(oneLine(3), '🚌🚌🚌🚌')).toEqual(['too_big']);
    expect(oneLine(3).parse('  a\u200b\u200bbc  ')).toBe('abc');
    expect(messageText.parse('🚌'.repeat(4000))).toHaveLength(8000);
    expect(findings(messageText, '가'.repeat(4001))).toEqual(['too_big']);
    expect(messageText.parse('가'.repeat(4000).normalize('NFD'))).toHaveLength(4000);
  });
});

describe('a message', () => {
  it('keeps its blanks and its lines', () => {
    expect(messageText.parse('  1. 서울역\r\n\t2. 불국사\n')).toBe('  1. 서울역\n\t2. 불국사\n');
  });

  it('is refused with half an emoji', () => {
    expect(findings(messageText, 'a\ud83d')).toEqual(['malformed_text']);
  });
});

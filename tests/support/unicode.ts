import * as fc from 'fast-check';

/** Every general category that Unicode has. */
export const categories = [
  'Lu',
  'Ll',
  'Lt',
  'Lm',
  'Lo',
  'Mn',
  'Mc',
  'Me',
  'Nd',
  'Nl',
  'No',
  'Pc',
  'Pd',
  'Ps',
  'Pe',
  'Pi',
  'Pf',
  'Po',
  'Sm',
  'Sc',
  'Sk',
  'So',
  'Zs',
  'Zl',
  'Zp',
  'Cc',
  'Cf',
  'Cs',
  'Co',
  'Cn',
] as const;

export type Category = (typeof categories)[number];

const members = new Map<Category, string[]>();
{
  const tests = categories.map((name) => [name, new RegExp(`\\p{${name}}`, 'u')] as const);
  for (const [name] of tests) members.set(name, []);
  for (let code = 0; code <= 0x10ffff; code++) {
    // Most of what is private or nothing is like its neighbours.
    if (code > 0x32000 && code % 97 !== 0 && (code < 0xe0000 || code > 0xe01ff)) continue;
    const character = String.fromCodePoint(code);
    const found = tests.find(([, test]) => test.test(character));
    if (found) members.get(found[0])?.push(character);
  }
}

/** All characters of a category, but for a sample of the largest and emptiest ranges. */
export const charactersOf = (category: Category): readonly string[] => members.get(category) ?? [];

/** A character of a category: each category as often as any other, however many characters it has. */
export const characterOf = (...from: readonly Category[]): fc.Arbitrary<string> =>
  fc.constantFrom(...from).chain((category) => {
    const characters = charactersOf(category);
    return fc.nat(characters.length - 1).map((index) => characters[index] ?? '');
  });

/** Text of these categories. */
export const textOf = (from: readonly Category[] = categories, maxLength = 24): fc.Arbitrary<string> =>
  fc.array(characterOf(...from), { maxLength }).map((characters) => characters.join(''));

/** Text of any code points but surrogates. (fast-check's own looks each of the million up before the first.) */
export const anyCodePoints = (maxLength = 10): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })), { maxLength })
    .map((codePoints) => String.fromCodePoint(...codePoints));

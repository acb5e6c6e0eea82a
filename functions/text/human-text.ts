/**
 * One rule for whatever people write and people read: names, places, notes, messages. What can be cleaned is cleaned, and what
 * nobody would see is as good as nothing. Text that is cleaned already stays as it is.
 */

/** Ends of lines as keyboards, word processors and mainframes write them: CRLF, CR, VT, FF, NEL, LS, PS. */
const lineEnds = /\r\n|[\r\v\f\u0085\u2028\u2029]/gu;

/**
 * What is never part of a text: control characters but line feed and tab, bidirectional overrides, embeddings and isolates, Hangul
 * fillers, zero-width spaces, soft hyphens, tags, noncharacters; all that Unicode calls invisible but what the rules below keep.
 * Of `Cf`, the signs that enclose Arabic and Syriac numbers are seen. The flags of England, Scotland and Wales are made of tags.
 */
const unseen =
  /(\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]+\u{E007F})|[[\p{Cc}--[\n\t]][[\p{Cf}\p{Default_Ignorable_Code_Point}]--[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}\u061C\u200C-\u200F\u180E\p{Variation_Selector}]]\p{Noncharacter_Code_Point}]/gv;

/** Marks of direction are kept in a text that has letters written from right to left. */
const directionMarks = /[\u061C\u200E\u200F]/gu;
const rightToLeft =
  /[[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]&&\p{L}]/v;

/** A variation selector belongs to the character that it follows; alone it is nothing. */
const variations = /([[\p{L}\p{N}\p{P}\p{S}]--\u2800][\u180E\p{Variation_Selector}])|[\u180E\p{Variation_Selector}]/gv;

/** Joiners are kept where they shape what is seen: after letters of scripts that join, and between two emoji. */
const joiners =
  /((?<=[[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Adlm}\p{scx=Phag}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Bali}\p{scx=Java}\p{scx=Newa}]&&[\p{L}\p{M}]])[\u200C\u200D]|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\u{E007F}])\u200D(?=\p{Extended_Pictographic}))|[\u200C\u200D]/gv;

/** What somebody sees: letters, digits, signs. Marks, spaces and private characters alone are nothing; nor are the blanks among signs. */
const seen = /[[\p{L}\p{N}\p{P}\p{S}\p{Cn}]--[\u2800\uFFFC\u{1D159}]]/v;

/** What most texts are made of, and nothing is to be cleaned of: ASCII that is printed, and syllables of Hangul. */
const plain = /^[\n\t\x20-\x7E\uAC00-\uD7A3]*$/u;

/** Text of several lines: line ends are `\n`, tabs stay, what nobody sees is gone; in Unicode's normal form C. */
export function cleanText(text: string): string {
  if (plain.test(text)) return text;
  const shown = text.normalize('NFC').replace(lineEnds, '\n').replace(unseen, '$1');
  const directed = rightToLeft.test(shown) ? shown : shown.replace(directionMarks, '');
  return directed.replace(variations, '$1').replace(joiners, '$1').normalize('NFC');
}

/** The same on one line: each run of blanks is one space, and none is at the ends. */
export const cleanLine = (text: string): string => trimBlanks(cleanText(text).replace(/\s+/gu, ' '));

/** Without blanks at the ends, the blank of Braille among them. */
export const trimBlanks = (text: string): string => text.replace(/^[\s\u2800]+|[\s\u2800]+$/gu, '');

/** Whether anybody would see something. */
export const isSeen = (text: string): boolean => seen.test(text);

/** How long people call a text: in characters as Unicode numbers them (code points), as MariaDB, Python and JSON Schema count. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

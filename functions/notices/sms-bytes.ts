/** What a short text message holds, in bytes of EUC-KR; a longer one travels, and is charged, as a long message (LMS). */
export const shortMessageBytes = 90;

/** How long a text is as Korean carriers count: a byte for ASCII, two for everything else. */
export function smsBytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += character < '\u{80}' ? 1 : 2;
  return bytes;
}

/** How long a text is as the server counts: in characters as Unicode numbers them (code points). */
export const textLength = (text: string): number => Array.from(text).length;

/** Why the server would refuse a text, as far as it is plain; a frame that is far too long would end the connection. */
export function refusalReasonOf(body: string): 'blank' | 'too_long' | undefined {
  if (body.trim() === '') return 'blank';
  return textLength(body) > 4000 ? 'too_long' : undefined;
}

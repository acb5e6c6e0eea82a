import { z } from 'zod';
import type { Rule } from '../http/rules.ts';
import { cleanLine, cleanText, isSeen, lengthOf, trimBlanks } from './human-text.ts';

interface TextRules {
  clean: (text: string) => string;
  /** In characters as Unicode numbers them, after cleaning. */
  most: number;
  /** What nobody would see is refused; otherwise it is the empty text. */
  required: boolean;
}

/** Text of one line that people read, 1 to `most` characters: cleaned, trimmed, not blank. */
export const oneLine = (most: number) => humanText({ clean: cleanLine, most, required: true });

/** Text of several lines, up to `most` characters: cleaned and trimmed; blank is empty. */
export const multiLine = (most: number) =>
  humanText({ clean: (text) => trimBlanks(cleanText(text)), most, required: false });

/** How long a message may be, in characters as Unicode numbers them. */
export const messageLength = 4000;

/** What a person says in a room: 1 to 4,000 characters, cleaned, not blank. Blanks at its ends stay as they were written. */
export const messageText = humanText({ clean: cleanText, most: messageLength, required: true });

/** Findings: `malformed_text`, `blank`, and zod's own `too_big` with the most that fits. */
function humanText({ clean, most, required }: TextRules) {
  return z
    .string()
    .meta({ type: 'string', ...(required && { minLength: 1 }), maxLength: most })
    .transform((text, context) => {
      const refuse = (rule: Rule) => {
        context.addIssue({ code: 'custom', params: { rule }, input: text });
        return z.NEVER;
      };
      // Half of a surrogate pair is no character, and what it stood for is gone.
      if (!text.isWellFormed()) return refuse('malformed_text');
      const cleaned = clean(text);
      if (!isSeen(cleaned)) return required ? refuse('blank') : '';
      if (cleaned.length > most && lengthOf(cleaned) > most) {
        context.addIssue({ code: 'too_big', origin: 'string', maximum: most, inclusive: true, input: cleaned });
        return z.NEVER;
      }
      return cleaned;
    });
}

/** How long a text is as the server counts: in characters as Unicode numbers them (code points). */
export const textLength = (text: string): number => Array.from(text).length;

import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** The password on standard input, without the line break at its end: arguments and environments are seen by others. */
export const readPassword = async (stdin: Readable): Promise<string> => (await text(stdin)).replace(/\r?\n$/u, '');

import { z } from 'zod';
import { databaseUrlForm, parseDatabaseUrl } from '../../../db/engine/database-url.ts';
import { passwordLines } from './passwords.ts';

/** `127.0.0.1:8081`, `[::1]:8081`, `localhost:8081`. */
export const listen = z
  .string()
  .regex(/^(?:\[[\d.:a-f]+\]|[^\s:[\]]+):\d{1,5}$/iu, 'expected host:port')
  .transform((text) => ({
    host: text.slice(0, text.lastIndexOf(':')).replaceAll(/[[\]]/gu, ''),
    port: Number(text.slice(text.lastIndexOf(':') + 1)),
  }))
  .refine(({ port }) => port <= 65_535, 'expected a port up to 65535');

export const databaseUrl = z
  .string({ error: () => 'is not set' })
  .refine((url) => parseDatabaseUrl(url) !== undefined, databaseUrlForm);

/** A password, or two lines of them; see passwords.ts. */
export const passwords = z
  .string()
  .optional()
  .transform((text) => passwordLines(text))
  .refine((lines) => lines !== undefined, 'expected one line, or two while it is being changed');

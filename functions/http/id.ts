import { z } from '@hono/zod-openapi';
import { idText } from '../../schema/ids.ts';

/** An id in a path or a cursor, branded: a UUID in either case, kept in lower case as everywhere else. */
export const idOf = <Id extends string>() =>
  z
    .stringFormat('uuid', idText)
    .openapi({ format: 'uuid' })
    .transform((text) => text.toLowerCase() as Id);

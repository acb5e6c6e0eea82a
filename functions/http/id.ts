import { z } from 'zod';
import { idText } from '../../schema/ids.ts';

/** An id in a path, a cursor or a frame, branded: a UUID in either case, kept in lower case as everywhere else. */
export const idOf = <Id extends string>() =>
  z.stringFormat('uuid', idText).transform((text) => text.toLowerCase() as Id);

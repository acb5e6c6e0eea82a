import type { FileKey } from '../../schema/ids.ts';

/** Where a public file is read, by whoever knows its key. */
export const publicPath = (key: FileKey): string => `/files/${key}`;

import { isFileKey } from '../../functions/files/file-key.ts';
import type { FileKey } from '../../schema/ids.ts';

/** The key, which becomes part of a path or an address: whatever the types say, nothing else may. */
export function checkedKey(key: FileKey): FileKey {
  if (!isFileKey(key)) throw new TypeError('a file key is 32 hexadecimal digits');
  return key;
}

import { RangeNotSatisfiable } from './file-errors.ts';

/**
 * One range of bytes, as RFC 9110, section 14.1.2 has it: from `first` to `last`, both included, or the last
 * `suffixLength` bytes. Non-negative whole numbers, and `last` is not below `first`.
 */
export type ByteRange = { first: number; last?: number | undefined } | { suffixLength: number };

/**
 * The positions that a range takes of a file of so many bytes: what reaches beyond its end stops there.
 *
 * @throws RangeNotSatisfiable where not one byte is left. Of an empty file none ever is: `Content-Range` could not say so.
 */
export function resolveRange(range: ByteRange, bytes: number): { first: number; last: number } {
  const first = 'suffixLength' in range ? Math.max(0, bytes - range.suffixLength) : range.first;
  const last = 'suffixLength' in range ? bytes - 1 : Math.min(range.last ?? bytes - 1, bytes - 1);
  if (first > last) throw new RangeNotSatisfiable(bytes);
  return { first, last };
}

import { limits } from './limits.ts';

/** Ids in portions that one statement each compares with the database. */
export function* portionsOf<Id>(ids: Id[]): Generator<Id[]> {
  for (let index = 0; index < ids.length; index += limits.sweepIds) yield ids.slice(index, index + limits.sweepIds);
}

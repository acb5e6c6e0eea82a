/** Above every id: a list without a cursor, newest first, begins below it, so that every page is one statement. */
export const lastId = <Id extends string>(): Id => 'ffffffff-ffff-ffff-ffff-ffffffffffff' as Id;

/** Below every id: where a list with the oldest first begins. */
export const firstId = <Id extends string>(): Id => '00000000-0000-0000-0000-000000000000' as Id;

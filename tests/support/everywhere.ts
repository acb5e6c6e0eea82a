/** Whether everything is tried in every home, and every row of a long table: `npm run test:all`. */
export const everywhere = process.env['KINGBUS_TEST_ALL'] === '1';

/** What every run tries of a table: its first rows, which are of each kind; `npm run test:all` tries them all. */
export const firstOf = <Row>(count: number, rows: readonly Row[]): Row[] =>
  everywhere ? [...rows] : rows.slice(0, count);

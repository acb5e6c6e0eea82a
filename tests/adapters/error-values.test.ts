import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { errorValues } from '../../adapters/shared/error-values.ts';
import { database } from '../support/db/run-database.ts';

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('what a log says of a failed statement has none of its values', async () => {
  const secret = 'a-password-hash';
  const failures = [
    await failureOf(database().execute(sql`select ${secret} from nowhere`)),
    await failureOf(database().execute(sql`select from ${secret}`)),
    await failureOf(
      database().execute(sql`insert into sessions (id, account_id, created_at) values (${secret}, ${secret}, now(3))`),
    ),
  ];
  for (const failure of failures) {
    const text = JSON.stringify(errorValues(failure));
    expect(text).toContain('Failed query: ');
    expect(text).toMatch(/"code":"ER_\w+"/u);
    expect(text).not.toContain(secret);
  }
});

test('an ordinary error keeps its message, stack and causes', () => {
  const values = errorValues(new Error('outer', { cause: new TypeError("inner 'quoted'") }));
  expect(values).toMatchObject({
    type: 'Error',
    message: 'outer',
    cause: { type: 'TypeError', message: "inner 'quoted'" },
  });
  expect(values.stack).toContain('error-values.test.ts');
});

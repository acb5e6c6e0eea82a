import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, it } from 'vitest';
import { DatabaseError, databaseErrorCode, duplicateIndex, isOutage } from '../../../db/engine/database-error.ts';

const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('an error of the database', () => {
  it.each(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ERR_STREAM_WRITE_AFTER_END'])(
    '%s is an outage where the database said it, and nothing of the kind where a file or a provider did',
    (code) => {
      expect(isOutage(new DatabaseError(withCode(code)))).toBe(true);
      expect(isOutage(new DrizzleQueryError('select 1', [], new DatabaseError(withCode(code))))).toBe(true);
      expect(isOutage(withCode(code))).toBe(false);
      expect(isOutage(new Error('a payment failed', { cause: withCode(code) }))).toBe(false);
      expect(databaseErrorCode(withCode(code))).toBeUndefined();
    },
  );

  it('that workerd throws without a code is a connection that could not be made', () => {
    expect(isOutage(new DatabaseError(Object.assign(new Error('proxy request failed'), { fatal: true })))).toBe(true);
    expect(isOutage(new DatabaseError(new TypeError('a defect of ours')))).toBe(false);
  });

  it('that has a number of MariaDB alone has its name there, not that of MySQL for the same number', () => {
    const locked = { errno: 4151, code: 'ER_BULK_PARSER_INCOMPLETE_ESCAPE_SEQUENCE', sqlState: 'HY000' };
    expect(databaseErrorCode(new DatabaseError(Object.assign(new Error('locked'), locked)))).toBe(
      'ER_ACCOUNT_HAS_BEEN_LOCKED',
    );
    const unnamed = Object.assign(new Error('of a later version'), { errno: 4999, sqlState: 'HY000' });
    expect(databaseErrorCode(new DatabaseError(unnamed))).toBe('ER_4999');
    expect(isOutage(new DatabaseError(unnamed))).toBe(false);
  });

  it('names the index that an insert ran into', () => {
    const duplicate = withCode('ER_DUP_ENTRY', "Duplicate entry 'minji' for key 'accounts_username'");
    expect(duplicateIndex(new DatabaseError(duplicate))).toBe('accounts_username');
    expect(duplicateIndex(duplicate)).toBeUndefined();
    expect(duplicateIndex(new DatabaseError(withCode('ER_NO_SUCH_TABLE')))).toBeUndefined();
  });
});

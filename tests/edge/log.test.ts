import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../adapters/edge/log.ts';

function logTo() {
  const lines: string[] = [];
  return { lines, log: createLog('info', (_level, line) => lines.push(line)) };
}

describe('the log of the edge', () => {
  it('writes one JSON object a line, from its level on', () => {
    const { lines, log } = logTo();
    log.debug({}, 'not this');
    log.warn({ requestId: 'r1' }, 'this');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'warn', time: expect.any(String), name: 'edge', requestId: 'r1', msg: 'this' },
    ]);
  });

  it('tells an error with its code, causes and stack', () => {
    const { lines, log } = logTo();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.error({ err: new Error('no database', { cause }) }, 'a request failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: {
        type: 'Error',
        message: 'no database',
        stack: expect.stringContaining('log.test.ts'),
        cause: { code: 'ECONNREFUSED' },
      },
    });
  });

  it('keeps secrets and the values of statements to itself', () => {
    const { lines, log } = logTo();
    const duplicate = Object.assign(new Error('Duplicate entry'), { sql: "insert ... values ('5ecret')" });
    const err = new DrizzleQueryError('insert into accounts values (?)', ['5ecret'], duplicate);
    log.error(
      { err, headers: { authorization: 'Bearer 5ecret', Cookie: '5ecret' }, token: '5ecret' },
      'a request failed',
    );
    expect(lines[0]).toContain('insert into accounts values (?)');
    expect(lines[0]).not.toContain('5ecret');
  });
});

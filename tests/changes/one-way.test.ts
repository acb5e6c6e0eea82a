import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';

const sources = (folder: string): string[] =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('assets.ts'))
    .map((name) => join(folder, name));

const filesWith = (folder: string, pattern: RegExp, but: RegExp): string[] =>
  sources(folder).filter((file) => !but.test(file) && pattern.test(readFileSync(join(checkout, file), 'utf8')));

/** What the types cannot keep: there is one way to change things, and everybody takes it. */
describe('one way to change things', () => {
  it('no verb begins a transaction of its own: changes, the log of rooms and the purge do', () => {
    const own = /^functions\/(?:changes\/|rooms\/message-log|maintenance\/)/u;
    expect(filesWith('functions', /\btransaction\(/u, own)).toEqual([]);
  });

  it('what db/ writes outside of a change, where nobody has looked at the account, is no account’s, or looks for itself', () => {
    // What jobs, deliveries and the console write; rows of uploads, of which a change makes use; tries of codes, which count whatever
    // becomes of them; that a key is used; and what is a member's own, whose one statement (`setOfMember`) looks at the account.
    const own =
      /^db\/(?:api-keys|closed-accounts|codes|dev-notices|ended-sessions|files|health|idempotency|jobs|log-epoch|outbox|rooms|engine\/write)\.ts$/u;
    const written = /\bdb\s*\.(?:(?:insert|update|delete)\(|execute\((?!\s*sql`\s*select\b))/gu;
    expect(filesWith('db', new RegExp(written, 'u'), own)).toEqual([]);
    for (const file of ['db/api-keys.ts', 'db/rooms.ts']) {
      expect(readFileSync(join(checkout, file), 'utf8').match(written), file).toHaveLength(1);
    }
  });

  it('no verb speaks on the bus: the delivery of changes and the chat do', () => {
    const own = /^functions\/(?:changes|chat|events|rooms|health)\/|^functions\/ports\.ts$/u;
    expect(filesWith('functions', /[{,.]\s?bus\b/u, own)).toEqual([]);
  });

  it('no row is inserted without its columns being checked one by one', () => {
    // `insertRow` and `bulkInsert` check them; the names of jobs are no input.
    const lists = /^db\/(?:engine\/write|jobs)\.ts$/u;
    expect(filesWith('db', /\.insert\([^;]*\.values\(/su, lists)).toEqual([]);
  });
});

import { z } from '@hono/zod-openapi';
import { accountsByEmail, accountsByPhone, accountsByUsername, registeredAccounts } from '../../db/account-search.ts';
import type { Sql } from '../../db/engine/client.ts';
import { accountRoles, accountStates } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { foundAccountSchema, showFound } from '../accounts/account-schema.ts';
import type { FoundAccount } from '../accounts/account-schema.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { ruleProblem } from '../http/validation.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { beginning } from './search-text.ts';
import type { Beginning } from './search-text.ts';

const q = z.string().max(254).openapi({
  description: 'How a username, an e-mail address (with its @) or a phone number (from 010 or +82 on) begins.',
});

const filters = { role: z.enum(accountRoles).optional(), state: z.enum(accountStates).optional() };
const registered = listQuery({ name: 'accounts', filters, orders: { new: { id: idOf<AccountId>() } } });

/** In the cursor of a search stands where its page begins: one of what is searched. */
// ASCII, as its columns: MariaDB compares them with nothing else.
const searched = listQuery({ name: 'account-search', orders: { key: { key: z.string().regex(/^[!-~]*$/u) } } });

const query = registered.schema.extend({ q: q.optional() });

/**
 * Accounts by role and state, the newest first; or those whose username, e-mail address or phone number begins with `q`, in the order
 * of that. Problem: `validation_failed` for `q` together with the others, or of which nothing can begin.
 */
export async function searchAccounts(
  { db }: Ports,
  { accountId }: Principal,
  { q: text, ...given }: z.output<typeof query>,
): Promise<Page<FoundAccount>> {
  if (text === undefined) {
    const { selection, page } = registered.open(given, accountId);
    const { items, nextCursor } = page(await registeredAccounts.page(db, {}, selection));
    return { items: items.map(showFound), nextCursor };
  }
  if (given.role !== undefined) throw ruleProblem('/role', 'filters_together');
  if (given.state !== undefined) throw ruleProblem('/state', 'filters_together');
  const wanted = beginning(text);
  if (wanted === undefined) throw ruleProblem('/q', 'search_text');
  const { selection, page } = searched.open(given, accountId, text);
  const { items, nextCursor } = page(await find(db, wanted, selection));
  return { items: items.map(showFound), nextCursor };
}

type Found = Awaited<ReturnType<typeof registeredAccounts.page>>[number] & { key: string };

async function find(
  db: Sql,
  { of, least, beyond }: Beginning,
  { after, limit }: { after: { key: string } | undefined; limit: number },
): Promise<Found[]> {
  const range = { least, beyond };
  switch (of) {
    case 'username': {
      const wanted = { order: of, filters: {}, after: after && { username: after.key }, limit };
      return withKey(await accountsByUsername.page(db, range, wanted), ({ username }) => username);
    }
    case 'email': {
      const wanted = { order: of, filters: {}, after: after && { email: after.key }, limit };
      return withKey(await accountsByEmail.page(db, range, wanted), ({ email }) => email);
    }
    case 'phone': {
      const wanted = { order: of, filters: {}, after: after && { phone: after.key }, limit };
      return withKey(await accountsByPhone.page(db, range, wanted), ({ phone }) => phone);
    }
  }
}

/** By what the rows are sorted, under one name. */
const withKey = <Row extends object>(rows: Row[], keyOf: (row: Row) => string | null) =>
  rows.map((row) => Object.assign(row, { key: keyOf(row) ?? '' }));

export const searchAccountsEndpoint = endpoint({
  name: 'searchAccounts',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/accounts',
  tags: ['admin'],
  summary: 'Accounts by role and state, or by how a username, an e-mail address or a phone number begins',
  request: { query },
  answers: { 200: { description: 'A page', body: pageOf(foundAccountSchema) } },
  handle: ({ ports, actor, query: asked }) => searchAccounts(ports, actor, asked),
});

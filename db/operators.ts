import { and, eq, inArray, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operatorRegions, operators } from '../schema/operators.ts';
import type { AccountState } from './accounts.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import type { PageRequestOf } from './engine/list.ts';
import { statement } from './engine/statement.ts';

/** The mean of all ratings, 1.0 to 5.0; null before the first. Derived, so that it is exact. */
export const rating = sql<number | null>`round(${operators.ratingPoints} / nullif(${operators.reviewCount}, 0) / 2, 1)`
  .mapWith(Number)
  .as('rating');

/** The regions of the operator of a row, in the order of their codes. */
export const regionsOf = sql<string[]>`coalesce((select json_arrayagg(${operatorRegions.region}) from ${operatorRegions}
  where ${operatorRegions.accountId} = ${operators.accountId}), '[]')`
  .mapWith((text: string) => (JSON.parse(text) as string[]).toSorted())
  .as('regions');

/** The name of a driver's carrier, while it is accepted and active. */
const carrierName = sql<string | null>`(select carrier.display_name from ${accounts} carrier
  where carrier.id = ${operators.carrierId} and carrier.state = 'active' and ${operators.affiliation} = 'accepted')`.as(
  'carrier_name',
);

/** What anyone may know of an operator in a list. */
export const cardColumns = {
  id: operators.accountId,
  role: accounts.role,
  displayName: accounts.displayName,
  serviceArea: operators.serviceArea,
  regions: regionsOf,
  rating,
  reviewCount: operators.reviewCount,
};

const faceById = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({
      ...cardColumns,
      introduction: operators.introduction,
      videoLink: operators.videoLink,
      address: operators.address,
      fleetSize: operators.fleetSize,
      memberSince: accounts.createdAt,
      carrierId: operators.carrierId,
      carrierName,
    })
    .from(accounts)
    .innerJoin(operators, eq(operators.accountId, accounts.id))
    .where(and(eq(accounts.id, id), eq(accounts.state, 'active'))),
);

/** The public face of an operator, while it is active. */
export async function findActiveOperator(db: Sql, id: AccountId) {
  const [row] = await faceById(db, { id });
  if (!row) return undefined;
  const { carrierId, carrierName: name, ...operator } = row;
  return { ...operator, carrier: carrierId !== null && name !== null ? { id: carrierId, displayName: name } : null };
}

const activeById = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, id), eq(accounts.isOperator, true), eq(accounts.state, 'active'))),
);

/** Whether an operator has a public face. */
export const isActiveOperator = async (db: Sql, id: AccountId): Promise<boolean> =>
  (await activeById(db, { id })).length > 0;

export const registeredOperators = new List({
  table: accounts,
  scope: { state: accounts.state },
  fixed: [[accounts.isOperator, true]],
  filters: {},
  orders: { old: { by: { id: accounts.id }, direction: 'asc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({
        id: accounts.id,
        role: accounts.role,
        state: accounts.state,
        username: accounts.username,
        displayName: accounts.displayName,
        createdAt: accounts.createdAt,
        introduction: operators.introduction,
        serviceArea: operators.serviceArea,
        businessNumber: operators.businessNumber,
        address: operators.address,
        fleetSize: operators.fleetSize,
      })
      .from(accounts, on)
      .innerJoin(operators, eq(operators.accountId, accounts.id))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** Operators in a state with what a verification looks at; how they are reached is not in it. */
export const listRegisteredOperators = (
  db: Sql,
  state: AccountState,
  wanted: Omit<PageRequestOf<typeof registeredOperators>, 'filters'>,
) => registeredOperators.page(db, { state }, { ...wanted, filters: {} });

const profileById = statement({ id: operators.accountId }, (qb, { id }) =>
  qb
    .select({
      id: operators.accountId,
      role: accounts.role,
      state: accounts.state,
      displayName: accounts.displayName,
      introduction: operators.introduction,
      serviceArea: operators.serviceArea,
      regions: regionsOf,
      videoLink: operators.videoLink,
      garage: operators.garage,
      fleetSize: operators.fleetSize,
      address: operators.address,
      contactPhone: operators.contactPhone,
      businessNumber: operators.businessNumber,
      registrationNumber: operators.registrationNumber,
      companyCode: operators.companyCode,
      decisionReason: accounts.decisionReason,
      rating,
      reviewCount: operators.reviewCount,
      carrierId: operators.carrierId,
      affiliation: operators.affiliation,
      carrierName: sql<string | null>`(select carrier.display_name from ${accounts} carrier
        where carrier.id = ${operators.carrierId})`.as('carrier_name'),
      version: operators.version,
    })
    .from(operators)
    .innerJoin(accounts, eq(accounts.id, operators.accountId))
    .where(eq(operators.accountId, id)),
);

/** What an operator sees of itself, and admins of it. */
export async function findOperatorProfile(db: Sql, id: AccountId) {
  const [row] = await profileById(db, { id });
  if (!row) return undefined;
  const { carrierId, affiliation, carrierName: displayName, ...profile } = row;
  const named = carrierId !== null && displayName !== null && affiliation !== 'none';
  return { ...profile, carrier: named ? { id: carrierId, displayName, state: affiliation } : null };
}

/** What is undefined stays as it is. */
type AsGiven<Fields> = { [Name in keyof Fields]?: Fields[Name] | undefined };

type ProfileFields = AsGiven<
  Pick<
    typeof operators.$inferInsert,
    | 'introduction'
    | 'serviceArea'
    | 'videoLink'
    | 'garage'
    | 'fleetSize'
    | 'address'
    | 'contactPhone'
    | 'registrationNumber'
  >
>;

/** Changes an operator's profile at one of these versions; false where it is at another. */
export async function updateOperatorProfile(
  tx: Transaction,
  id: AccountId,
  versions: readonly number[] | undefined,
  fields: ProfileFields,
): Promise<boolean> {
  const expected = versions && inArray(operators.version, [...versions]);
  const [{ affectedRows }] = await tx
    .update(operators)
    .set({ ...fields, version: sql`${operators.version} + 1` })
    .where(and(eq(operators.accountId, id), expected));
  return affectedRows === 1;
}

/** Puts these regions in the place of those that an operator had. */
export async function replaceRegions(tx: Transaction, id: AccountId, regions: readonly string[]): Promise<void> {
  await tx.delete(operatorRegions).where(eq(operatorRegions.accountId, id));
  if (regions.length === 0) return;
  await tx.execute(sql`
    insert into ${operatorRegions} (account_id, region, score)
    select ${operators.accountId}, named.region, ${operators.score}
    from ${operators}, json_table(${JSON.stringify(regions)}, '$[*]' columns (region char(2) path '$')) named
    where ${operators.accountId} = ${id}`);
}

/** Gives a company another code; false where it is somebody's, or this is no company. */
export async function setCompanyCode(tx: Transaction, id: AccountId, companyCode: string): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(operators)
    .set({ companyCode, version: sql`${operators.version} + 1` })
    .where(eq(operators.accountId, id));
  return affectedRows === 1;
}

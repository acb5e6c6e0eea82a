import { and, asc, eq, gt, gte, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import { documents } from '../schema/documents.ts';
import type { documentKinds, documentStates } from '../schema/documents.ts';
import type { AccountId, DocumentId, VehicleId } from '../schema/ids.ts';
import { vehicles } from '../schema/vehicles.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import { mover } from './engine/move.ts';
import type { Moved, Moving } from './engine/move.ts';
import { listOf, lockingStatement, number, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

export type DocumentKind = (typeof documentKinds)[number];
export type DocumentState = (typeof documentStates)[number];
type NewDocument = typeof documents.$inferInsert;

/** In the place of a vehicle where a document is about none: a statement's values are never null. */
const noVehicle = '00000000-0000-0000-0000-000000000000' as VehicleId;

const ownColumns = {
  id: documents.id,
  kind: documents.kind,
  state: documents.state,
  fileId: documents.fileId,
  vehicleId: documents.vehicleId,
  expiresOn: documents.expiresOn,
  createdAt: documents.createdAt,
  decidedAt: documents.decidedAt,
  decisionReason: documents.decisionReason,
};

const registeredColumns = {
  document: ownColumns,
  operator: { id: documents.operatorId, displayName: accounts.displayName, role: accounts.role },
};

const withOperator = <Document, Operator>({ document, operator }: { document: Document; operator: Operator }) => ({
  ...document,
  operator,
});

/** Adds a document. */
export const insertDocument = <Document extends NewDocument>(
  tx: Transaction,
  document: Exactly<NewDocument, Document>,
): Promise<void> => insertRow(tx, documents, document);

/** An operator's documents in all their states, the newest first. */
export const ownDocuments = new List({
  table: documents,
  scope: { operatorId: documents.operatorId },
  filters: {},
  orders: { new: { by: { id: documents.id }, direction: 'desc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(ownColumns)
      .from(documents, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** All documents with whose they are, those that were handed in first at the front. */
export const registeredDocuments = new List({
  table: documents,
  scope: {},
  filters: { state: documents.state },
  orders: { old: { by: { id: documents.id }, direction: 'asc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(registeredColumns)
      .from(documents, on)
      .innerJoin(accounts, eq(accounts.id, documents.operatorId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: (rows) => rows.map(withOperator),
});

const registeredDocument = statement({ id: documents.id }, (qb, { id }) =>
  qb
    .select(registeredColumns)
    .from(documents)
    .innerJoin(accounts, eq(accounts.id, documents.operatorId))
    .where(eq(documents.id, id)),
);

/** A document with whose it is. */
export async function findDocument(db: Sql, id: DocumentId) {
  const [row] = await registeredDocument(db, { id });
  return row && withOperator(row);
}

const lockedDocument = lockingStatement({ id: documents.id }, (qb, { id }) =>
  qb
    .select({ ...ownColumns, operatorId: documents.operatorId })
    .from(documents)
    .where(eq(documents.id, id))
    .for('update'),
);

/** A document, which nobody changes before this transaction ends. */
export async function lockDocument(tx: Transaction, id: DocumentId) {
  const [row] = await lockedDocument(tx, { id });
  return row;
}

const documentsBeside = lockingStatement(
  {
    operatorId: documents.operatorId,
    kind: documents.kind,
    vehicleId: documents.vehicleId,
    states: listOf(documents.state),
  },
  (qb, { operatorId, kind, vehicleId, states }) =>
    qb
      .select({ id: documents.id, fileId: documents.fileId })
      .from(documents)
      .where(
        and(
          eq(documents.operatorId, operatorId),
          sql`${documents.state} in ${states}`,
          eq(documents.kind, kind),
          sql`coalesce(${documents.vehicleId}, ${noVehicle}) = ${vehicleId}`,
        ),
      )
      .for('update'),
);

/** An operator's documents of one kind, about the same vehicle or none, in some states; locked. */
export const lockDocumentsLike = (
  tx: Transaction,
  { operatorId, kind, vehicleId }: { operatorId: AccountId; kind: DocumentKind; vehicleId: VehicleId | null },
  states: readonly DocumentState[],
) => documentsBeside(tx, { operatorId, kind, vehicleId: vehicleId ?? noVehicle, states });

const documentsOf = lockingStatement(
  { operatorId: documents.operatorId, states: listOf(documents.state) },
  (qb, { operatorId, states }) =>
    qb
      .select({ id: documents.id, fileId: documents.fileId })
      .from(documents)
      .where(and(eq(documents.operatorId, operatorId), sql`${documents.state} in ${states}`))
      .for('update'),
);

/** All documents of an operator in some states; locked. */
export const lockDocumentsOf = (tx: Transaction, operatorId: AccountId, states: readonly DocumentState[]) =>
  documentsOf(tx, { operatorId, states });

/** Moves a document, unless it stands elsewhere. */
export const moveDocument: (
  tx: Transaction,
  id: DocumentId,
  transition: Moving<DocumentState>,
  at: string,
  more?: { set?: Partial<NewDocument> },
) => Promise<Moved<DocumentState> | undefined> = mover<DocumentState>(documents, {
  id: documents.id,
  state: documents.state,
  version: documents.version,
});

/** Moves documents that this transaction has locked, and has them refer to no file any more. */
export async function dropDocuments(
  tx: Transaction,
  ids: readonly DocumentId[],
  { from, to }: Moving<DocumentState>,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(documents)
    .set({ state: to, fileId: null, version: sql`${documents.version} + 1` })
    .where(and(inArray(documents.id, [...ids]), inArray(documents.state, [...from])));
}

/** What a document is about is still there: no vehicle, or one that its operator has. */
const stillCounts = or(
  isNull(documents.vehicleId),
  sql`exists (select 1 from ${vehicles} v where v.id = ${documents}.vehicle_id and v.is_kept)`,
);

const approvedOn = statement(
  { operatorId: documents.operatorId, today: documents.expiresOn },
  (qb, { operatorId, today }) =>
    qb
      .select({ kind: documents.kind })
      .from(documents)
      .where(
        and(
          eq(documents.operatorId, operatorId),
          eq(documents.state, 'approved'),
          or(isNull(documents.expiresOn), gte(documents.expiresOn, today)),
          stillCounts,
        ),
      ),
);

/** The kinds of which an operator has an approved document that is true on a day. */
export async function listApprovedKinds(db: Sql, operatorId: AccountId, today: string): Promise<Set<DocumentKind>> {
  return new Set((await approvedOn(db, { operatorId, today })).map(({ kind }) => kind));
}

const endedBefore = statement(
  { operatorIds: listOf(documents.operatorId), day: documents.expiresOn },
  (qb, { operatorIds, day }) =>
    qb
      .select({ id: documents.id })
      .from(documents)
      .where(
        and(
          sql`${documents.operatorId} in ${operatorIds}`,
          or(and(eq(documents.state, 'approved'), lt(documents.expiresOn, day)), eq(documents.state, 'revoked')),
          stillCounts,
        ),
      )
      .limit(1),
);

/**
 * Whether an approved document of one of these operators ended before a day, or one was revoked, and no newer one is approved: that would
 * have replaced it.
 */
export const hasInvalidDocument = async (db: Sql, operatorIds: readonly AccountId[], day: string): Promise<boolean> =>
  (await endedBefore(db, { operatorIds, day })).length > 0;

const endingDocuments = lockingStatement(
  { after: documents.expiresOn, until: documents.expiresOn, days: documents.remindedDays, limit: number },
  (qb, { after, until, days, limit }) =>
    qb
      .select({ id: documents.id, operatorId: documents.operatorId })
      .from(documents)
      .where(
        and(
          eq(documents.state, 'approved'),
          gt(documents.expiresOn, after),
          lte(documents.expiresOn, until),
          or(isNull(documents.remindedDays), gt(documents.remindedDays, days)),
          stillCounts,
        ),
      )
      .orderBy(asc(documents.expiresOn))
      .limit(limit)
      .for('update'),
);

/**
 * Approved documents that end after one day and not after another, of which nobody was reminded `days` before their end, or later;
 * locked. Of two that look at once the second waits, and finds what the first has left.
 */
export const lockEndingDocuments = (
  tx: Transaction,
  given: { after: string; until: string; days: number; limit: number },
) => endingDocuments(tx, given);

/** Writes down that the operators of these documents were reminded. */
export async function markReminded(tx: Transaction, ids: readonly DocumentId[], days: number): Promise<void> {
  await tx
    .update(documents)
    .set({ remindedDays: days })
    .where(inArray(documents.id, [...ids]));
}

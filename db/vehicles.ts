import { and, count, eq, inArray, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import { files } from '../schema/files.ts';
import type { AccountId, FileId, FileKey, VehicleId } from '../schema/ids.ts';
import { vehiclePhotos, vehicles } from '../schema/vehicles.ts';
import type { vehicleStates } from '../schema/vehicles.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { List } from './engine/list.ts';
import { bulkMover, mover } from './engine/move.ts';
import type { Moved, Moving } from './engine/move.ts';
import { lockingStatement, sharingStatement, statement } from './engine/statement.ts';
import { bulkInsert, insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

export type VehicleState = (typeof vehicleStates)[number];
type NewVehicle = typeof vehicles.$inferInsert;

/** A picture of a vehicle: its file, and what names the bytes. */
export interface Photo {
  id: FileId;
  key: FileKey;
  width: number | null;
  height: number | null;
}

/**
 * The pictures of a vehicle in their order, with the vehicle's own row: no second statement, however many there are. Columns are
 * named with their tables by hand, which Drizzle leaves away where a statement reads from one.
 */
const photos = sql<
  Photo[] | null
>`(select json_arrayagg(json_object('id', f.id, 'key', f.\`key\`, 'width', f.width, 'height', f.height) order by p.position)
  from ${vehiclePhotos} p inner join ${files} f on f.id = p.file_id where p.vehicle_id = ${vehicles}.id)`
  .mapWith((text: string): Photo[] => JSON.parse(text) as Photo[])
  .as('photos');

const publicColumns = {
  id: vehicles.id,
  busType: vehicles.busType,
  model: vehicles.model,
  seats: vehicles.seats,
  year: vehicles.year,
  amenities: vehicles.amenities,
  photos,
};

/** What a vehicle's operator may see of it. */
const ownColumns = {
  ...publicColumns,
  plate: vehicles.plate,
  state: vehicles.state,
  decisionReason: vehicles.decisionReason,
  createdAt: vehicles.createdAt,
  requestedAt: vehicles.requestedAt,
  decidedAt: vehicles.decidedAt,
  version: vehicles.version,
};

/** Of a vehicle without pictures MariaDB gives null for their list. */
const withPhotos = <Row extends { photos: Photo[] | null }>(row: Row): Row & { photos: Photo[] } => ({
  ...row,
  photos: row.photos ?? [],
});

const registeredColumns = {
  vehicle: ownColumns,
  operator: { id: vehicles.operatorId, displayName: accounts.displayName, role: accounts.role },
};

const withOperator = <Vehicle extends { photos: Photo[] | null }, Operator>({
  vehicle,
  operator,
}: {
  vehicle: Vehicle;
  operator: Operator;
}) => ({ ...withPhotos(vehicle), operator });

const keptVehicles = statement({ operatorId: vehicles.operatorId }, (qb, { operatorId }) =>
  qb
    .select({ kept: count() })
    .from(vehicles)
    .where(and(eq(vehicles.operatorId, operatorId), eq(vehicles.isKept, true))),
);

/** How many vehicles an operator has. */
export async function countVehicles(db: Sql, operatorId: AccountId): Promise<number> {
  const [row] = await keptVehicles(db, { operatorId });
  return row?.kept ?? 0;
}

/** Adds a vehicle. */
export const insertVehicle = <Vehicle extends NewVehicle>(
  tx: Transaction,
  vehicle: Exactly<NewVehicle, Vehicle>,
): Promise<void> => insertRow(tx, vehicles, vehicle);

const ownVehicle = statement({ id: vehicles.id, operatorId: vehicles.operatorId }, (qb, { id, operatorId }) =>
  qb
    .select(ownColumns)
    .from(vehicles)
    .where(and(eq(vehicles.id, id), eq(vehicles.operatorId, operatorId), eq(vehicles.isKept, true))),
);

/** A vehicle that an operator has. */
export async function findOwnVehicle(db: Sql, id: VehicleId, operatorId: AccountId) {
  const [row] = await ownVehicle(db, { id, operatorId });
  return row && withPhotos(row);
}

const lockedVehicle = lockingStatement({ id: vehicles.id, operatorId: vehicles.operatorId }, (qb, { id, operatorId }) =>
  qb
    .select(ownColumns)
    .from(vehicles)
    .where(and(eq(vehicles.id, id), eq(vehicles.operatorId, operatorId), eq(vehicles.isKept, true)))
    .for('update'),
);

/** The same, which nobody changes before this transaction ends. */
export async function lockOwnVehicle(tx: Transaction, id: VehicleId, operatorId: AccountId) {
  const [row] = await lockedVehicle(tx, { id, operatorId });
  return row && withPhotos(row);
}

const heldVehicle = sharingStatement({ id: vehicles.id }, (qb, { id }) =>
  qb
    .select({
      operatorId: vehicles.operatorId,
      state: vehicles.state,
      busType: vehicles.busType,
      seats: vehicles.seats,
    })
    .from(vehicles)
    .where(and(eq(vehicles.id, id), eq(vehicles.isKept, true))),
);

/**
 * What of a vehicle decides whether a paper or a quote may name it, which nobody changes before this transaction ends; undefined where
 * none of these operators has it.
 */
export async function holdVehicleOf(tx: Transaction, id: VehicleId, operatorIds: readonly (AccountId | null)[]) {
  const [row] = await heldVehicle(tx, { id });
  return row && operatorIds.includes(row.operatorId) ? row : undefined;
}

const registeredVehicle = statement({ id: vehicles.id }, (qb, { id }) =>
  qb
    .select(registeredColumns)
    .from(vehicles)
    .innerJoin(accounts, eq(accounts.id, vehicles.operatorId))
    .where(eq(vehicles.id, id)),
);

/** A vehicle with whose it is. */
export async function findVehicle(db: Sql, id: VehicleId) {
  const [row] = await registeredVehicle(db, { id });
  return row && withOperator(row);
}

/** The vehicles that an operator has, the newest first. */
export const ownVehicles = new List({
  table: vehicles,
  scope: { operatorId: vehicles.operatorId },
  fixed: [[vehicles.isKept, true]],
  filters: {},
  orders: { new: { by: { id: vehicles.id }, direction: 'desc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(ownColumns)
      .from(vehicles, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: (rows) => rows.map(withPhotos),
});

/** What everybody may see of an operator's vehicles: those that an admin has verified. */
export const publicVehicles = new List({
  table: vehicles,
  scope: { operatorId: vehicles.operatorId },
  fixed: [[vehicles.state, 'verified']],
  filters: {},
  orders: { new: { by: { id: vehicles.id }, direction: 'desc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(publicColumns)
      .from(vehicles, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: (rows) => rows.map(withPhotos),
});

/** All vehicles with whose they are, the longest registered first. */
export const registeredVehicles = new List({
  table: vehicles,
  scope: {},
  filters: { state: vehicles.state },
  orders: { old: { by: { id: vehicles.id }, direction: 'asc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select(registeredColumns)
      .from(vehicles, on)
      .innerJoin(accounts, eq(accounts.id, vehicles.operatorId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: (rows) => rows.map(withOperator),
});

const vehiclesOf = lockingStatement({ operatorId: vehicles.operatorId }, (qb, { operatorId }) =>
  qb
    .select({ id: vehicles.id, photos })
    .from(vehicles)
    .where(and(eq(vehicles.operatorId, operatorId), eq(vehicles.isKept, true)))
    .for('update'),
);

/** All vehicles that an operator has, and their pictures; locked. */
export const lockVehiclesOf = async (tx: Transaction, operatorId: AccountId) =>
  (await vehiclesOf(tx, { operatorId })).map(withPhotos);

/** Moves several vehicles at once, which the transaction has locked. */
export const moveVehicles = bulkMover<VehicleState>(vehicles, {
  id: vehicles.id,
  state: vehicles.state,
  version: vehicles.version,
});

/** Takes all pictures from these vehicles. */
export async function removePhotos(tx: Transaction, ids: readonly VehicleId[]): Promise<void> {
  if (ids.length > 0) await tx.delete(vehiclePhotos).where(inArray(vehiclePhotos.vehicleId, [...ids]));
}

const stepping = { id: vehicles.id, state: vehicles.state, version: vehicles.version };

/**
 * Moves a vehicle, unless it stands elsewhere; of `operatorId` alone where that is given: anyone else's is not there.
 * `taken` where another vehicle with this plate is verified, or waits for it.
 */
export async function moveVehicle(
  tx: Transaction,
  id: VehicleId,
  transition: Moving<VehicleState>,
  at: string,
  more: { set?: Partial<NewVehicle>; versions?: readonly number[] | undefined; operatorId?: AccountId } = {},
): Promise<Moved<VehicleState> | 'taken' | undefined> {
  const { operatorId, ...rest } = more;
  const among = operatorId === undefined ? undefined : eq(vehicles.operatorId, operatorId);
  const move = mover<VehicleState>(vehicles, among === undefined ? stepping : { ...stepping, among });
  try {
    return await move(tx, id, transition, at, rest);
  } catch (error) {
    if (duplicateIndex(error) === 'vehicles_taken_plate') return 'taken';
    throw error;
  }
}

/** Changes a vehicle that this transaction has locked. False where the plate is another's, as for `moveVehicle`. */
export async function updateVehicle(tx: Transaction, id: VehicleId, set: Partial<NewVehicle>): Promise<boolean> {
  try {
    await tx
      .update(vehicles)
      .set({ ...set, version: sql`${vehicles.version} + 1` })
      .where(eq(vehicles.id, id));
    return true;
  } catch (error) {
    if (duplicateIndex(error) === 'vehicles_taken_plate') return false;
    throw error;
  }
}

const insertPhotos = bulkInsert(vehiclePhotos, ['vehicleId', 'position', 'fileId']);

/** Puts these pictures, in this order, in the place of those that a locked vehicle has. */
export async function replacePhotos(tx: Transaction, vehicleId: VehicleId, fileIds: readonly FileId[]): Promise<void> {
  await tx.delete(vehiclePhotos).where(eq(vehiclePhotos.vehicleId, vehicleId));
  const rows = fileIds.map((fileId, position) => ({ vehicleId, position, fileId }));
  if (rows.length > 0) await insertPhotos(tx, rows);
}

import { transaction } from '../../../db/engine/transaction.ts';
import { insertRoom } from '../../../db/rooms.ts';
import { createNewId } from '../../../functions/new-id.ts';
import type { AccountId, RoomId } from '../../../schema/ids.ts';
import { database } from '../db/run-database.ts';
import type { Person } from './people.ts';

const newId = createNewId(Date.now);

/** A room of these people, as if an order of theirs had been selected. Nobody is told of it. */
export async function newRoom(...people: Person[]): Promise<RoomId> {
  const id = newId<RoomId>();
  const memberIds = people.map((person) => person.id as AccountId);
  await transaction(database(), (tx) =>
    insertRoom(tx, { id, orderId: null, createdAt: new Date().toISOString() }, memberIds),
  );
  return id;
}

import { randomInt } from 'node:crypto';
import { storeFile } from '../../../functions/files/store-file.ts';
import type { Vehicle } from '../../../functions/vehicles/vehicle-schema.ts';
import type { AccountId, FileId } from '../../../schema/ids.ts';
import { patterned, streamOf } from '../../ports/bodies.ts';
import type { Answer } from '../clients/client.ts';
import { testPorts } from '../ports.ts';
import type { Person } from './people.ts';

const regions = ['서울', '부산', '대구', '인천', '광주', '대전', '울산', '세종', '경기', '강원', '충북', '충남'];
const shared = globalThis as { kingbusTestPlates?: number };

/** A plate that no other vehicle of the run has. */
export function newPlate(): string {
  shared.kingbusTestPlates ??= randomInt(40_000_000);
  const number = shared.kingbusTestPlates++;
  const letter = '바사아자'[Math.floor(number / 10_000) % 4];
  const group = Math.floor(number / 40_000) % 900;
  return `${regions[Math.floor(number / 36_000_000) % 12]}${100 + group}${letter}${String(1 + (number % 9999)).padStart(4, '0')}`;
}

/** What an operator sends to add a vehicle. */
export const validVehicle = (overrides: Record<string, unknown> = {}) => ({
  plate: newPlate(),
  model: '현대 유니버스 노블',
  seats: 45,
  year: 2022,
  busType: 'standard_45',
  amenities: ['tv', 'usb'],
  ...overrides,
});

/** Adds a vehicle that must be added: a draft. */
export const added = async (operator: Person, overrides?: Record<string, unknown>): Promise<Vehicle> =>
  expectStatus(201, await operator.post<Vehicle>('/v1/me/vehicles', validVehicle(overrides)));

/** A vehicle whose verification has been asked for. */
export async function requested(operator: Person, overrides?: Record<string, unknown>): Promise<Vehicle> {
  const { id } = await added(operator, overrides);
  return expectStatus(200, await operator.post<Vehicle>(`/v1/me/vehicles/${id}/verify-request`));
}

/** A vehicle that an admin has verified. */
export async function verified(admin: Person, operator: Person, overrides?: Record<string, unknown>): Promise<Vehicle> {
  const { id, version } = await requested(operator, overrides);
  const ifMatch = { 'If-Match': `"${version}"` };
  expectStatus(200, await admin.post(`/v1/admin/vehicles/${id}/approve`, undefined, ifMatch));
  return expectStatus(200, await operator.get<Vehicle>(`/v1/me/vehicles/${id}`));
}

/** An upload of somebody's, which nothing uses yet. */
export async function uploaded(person: Person, purpose: 'vehicle_photo' | 'document'): Promise<FileId> {
  const { ports } = await testPorts({ clock: { now: Date.now } });
  const use = {
    ownerId: person.id as AccountId,
    purpose,
    class: purpose === 'document' ? 'sensitive' : 'public',
  } as const;
  return (await storeFile(ports, { ...use, type: 'image/webp', maxBytes: 100 }, streamOf(patterned(10), 10))).id;
}

function expectStatus<Body>(status: number, answer: Answer<Body>): Body {
  if (answer.status !== status) throw new Error(`expected ${status}: ${answer.status} ${answer.text}`);
  return answer.body;
}

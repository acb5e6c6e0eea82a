import { z } from '@hono/zod-openapi';
import { accountRoles } from '../../schema/accounts.ts';
import type { FileId, VehicleId } from '../../schema/ids.ts';
import { orderAmenities } from '../../schema/orders.ts';
import { busTypes } from '../../schema/quotes.ts';
import { vehicleStates } from '../../schema/vehicles.ts';
import { distinct, line } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { plate } from './plate.ts';
import { photosAtMost } from './vehicle-policy.ts';

const fields = {
  plate,
  model: line(60).openapi({ example: '현대 유니버스 노블' }),
  /** Of the driver and the guide, too: what the registration says. */
  seats: z.int().min(1).max(80),
  year: z.int().min(1990).max(2100).openapi({ description: 'Of its first registration; next year at most.' }),
  busType: z.enum(busTypes),
};

export const vehicleInput = z
  .strictObject({ ...fields, amenities: distinct(orderAmenities).default([]) })
  .openapi('VehicleInput');

export type VehicleInput = z.output<typeof vehicleInput>;

export const vehicleChanges = z
  .strictObject({ ...fields, amenities: distinct(orderAmenities) })
  .partial()
  .openapi('VehicleChanges');

export type VehicleChanges = z.output<typeof vehicleChanges>;

export const photosInput = z
  .strictObject({
    fileIds: z
      .array(idOf<FileId>())
      .max(photosAtMost)
      .transform((ids) => [...new Set(ids)])
      .openapi({ description: 'In their order; naming one twice counts once.' }),
  })
  .openapi('VehiclePhotos');

const photo = z.object({
  id: z.uuid(),
  url: z.string(),
  width: z.int().nullable().openapi({ description: 'In pixels.' }),
  height: z.int().nullable(),
});

const shown = {
  id: z.uuid(),
  busType: z.enum(busTypes),
  model: z.string(),
  seats: z.int(),
  year: z.int(),
  amenities: z.array(z.enum(orderAmenities)),
  photos: z.array(photo),
};

/** What everybody may know of a verified vehicle: never its plate, by which it could be followed. */
export const publicVehicleSchema = z.object(shown).openapi('PublicVehicle');

/** A vehicle as its operator sees it. */
export const vehicleSchema = z
  .object({
    ...shown,
    plate: z.string(),
    state: z.enum(vehicleStates),
    decisionReason: z.string().nullable().openapi({ description: 'Why it was refused last.' }),
    createdAt: z.string(),
    requestedAt: z.string().nullable(),
    decidedAt: z.string().nullable(),
    version: z.int(),
  })
  .openapi('Vehicle');

export type Vehicle = z.infer<typeof vehicleSchema>;

/** A vehicle as admins see it: with whose it is. */
export const registeredVehicleSchema = vehicleSchema
  .extend({ operator: z.object({ id: z.uuid(), displayName: z.string(), role: z.enum(accountRoles) }) })
  .openapi('RegisteredVehicle');

export type RegisteredVehicle = z.infer<typeof registeredVehicleSchema>;

export const vehicleIdParam = z.object({ vehicleId: idOf<VehicleId>() });

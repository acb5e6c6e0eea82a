import { customType } from 'drizzle-orm/mysql-core';

/** A UUID in MariaDB's native 16-byte `uuid` type. Ours are version 7, so that ids sort by the time they were made. */
export const uuid = <Id extends string>(name: string) =>
  customType<{ data: Id; driverData: string }>({ dataType: () => 'uuid' })(name);

/**
 * A moment as ISO 8601 text in UTC with milliseconds, `2026-11-23T08:00:00.000Z`: it compares as text and goes into an
 * answer as it is. Stored as `datetime(3)` in UTC; the connection reads dates as text (see db/engine/connect.ts).
 */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'datetime(3)',
  toDriver: (value) => value.replace('T', ' ').replace('Z', ''),
  fromDriver: (value) => `${value.slice(0, 10)}T${value.slice(11)}Z`,
});

/** A calendar day, `2026-11-23`, without a zone. */
export const day = customType<{ data: string; driverData: string }>({ dataType: () => 'date' });

/** A short list or object as JSON. MariaDB keeps JSON as checked text, and the driver hands it over as text. */
export const json = <Value>(name: string) =>
  customType<{ data: Value; driverData: string }>({
    dataType: () => 'json',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => JSON.parse(value),
  })(name);

/** An opaque, case-sensitive token of visible ASCII, compared byte for byte. */
export const token = (name: string, length: number) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => `varchar(${length}) character set ascii collate ascii_bin`,
  })(name);

/** An amount in Korean won, a whole number. */
export const won = customType<{ data: number; driverData: number }>({ dataType: () => 'int unsigned' });

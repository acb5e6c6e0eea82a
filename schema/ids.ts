/** Branded identifiers: an id of one kind is never taken for an id of another. All are UUIDs as lower-case text. */
declare const brand: unique symbol;
type Branded<Kind extends string> = string & { readonly [brand]: Kind };

/**
 * An id's text, in either case: a UUID of a version whose every value MariaDB's `uuid` keeps, which are 1 to 7, or one without a
 * version (RFC 9562, 5.9 and 5.10). Of version 8 it takes some for wrong values, so that what names one in a write is an error of ours.
 */
export const idText =
  /^(?:[\da-f]{8}-[\da-f]{4}-[1-7][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}|0{8}-(?:0{4}-){3}0{12}|f{8}-(?:f{4}-){3}f{12})$/iu;

export type AccountId = Branded<'AccountId'>;
export type SessionId = Branded<'SessionId'>;
export type OrderId = Branded<'OrderId'>;
export type QuoteId = Branded<'QuoteId'>;
export type RoomId = Branded<'RoomId'>;
export type FileId = Branded<'FileId'>;
/** Names the bytes of a file in its storage: not the file's id, and as hard to guess as a secret. */
export type FileKey = Branded<'FileKey'>;
export type AuditId = Branded<'AuditId'>;
export type EventId = Branded<'EventId'>;
export type NoticeId = Branded<'NoticeId'>;
export type CodeId = Branded<'CodeId'>;
export type ApiKeyId = Branded<'ApiKeyId'>;
export type VehicleId = Branded<'VehicleId'>;
export type DocumentId = Branded<'DocumentId'>;

/** The past that the logs of all rooms have, from one restore of the database to the next. */
export type LogEpoch = Branded<'LogEpoch'>;

/** The account in whose name the product itself speaks in a room, where no person did what is told. Nobody can log in as it. */
export const systemAccountId = '00000000-0000-7000-8000-000000000000' as AccountId;

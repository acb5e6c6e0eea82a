/** Branded identifiers: an id of one kind is never taken for an id of another. All are UUIDs as lower-case text. */
declare const brand: unique symbol;
type Branded<Kind extends string> = string & { readonly [brand]: Kind };

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

/** The past that the logs of all rooms have, from one restore of the database to the next. */
export type LogEpoch = Branded<'LogEpoch'>;

/** The account in whose name the product itself speaks in a room, where no person did what is told. Nobody can log in as it. */
export const systemAccountId = '00000000-0000-7000-8000-000000000000' as AccountId;

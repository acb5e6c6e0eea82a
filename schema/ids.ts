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

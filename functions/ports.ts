import type { JWTVerifyGetKey } from 'jose';
import type { NewMessage } from '../db/append-messages.ts';
import type { Database } from '../db/engine/client.ts';
import type { StoredMessage } from '../db/messages.ts';
import type { AccountId, FileKey, RoomId } from '../schema/ids.ts';
import type { Effects } from './changes/effects.ts';
import type { OutboxRow } from '../db/outbox.ts';
import type { ChatLimits } from './chat/limits.ts';
import type { ByteRange } from './files/byte-range.ts';
import type { Metrics } from './metrics.ts';
import type { Notice } from './notices/notice.ts';
import type { TraceParent, Tracer } from './tracing/tracer.ts';

/**
 * Everything that behaviour needs from the outside. An adapter supplies one object of these. What has several
 * implementations (the bus, the message log, files, the limiter, presence) has one contract suite in tests/ports, which all of
 * them pass.
 */
export interface Ports {
  db: Database;
  bus: Bus;
  messages: MessageLog;
  files: Files;
  pictures: Pictures;
  notifier: Notifier;
  delivery: Delivery;
  keys: Keys;
  passwords: Passwords;
  limiter: Limiter;
  presence: Presence;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Where tracing is on. */
  tracer?: Tracer | undefined;
  settings: Settings;
  /** A new UUID version 7: ids made later sort later, within one process strictly. */
  newId<Id extends string>(): Id;
}

/**
 * Carries hints between processes. At most once: a payload may be lost, never doubled; payloads of one publisher on one
 * topic arrive in order. Whoever needs certainty reads MariaDB.
 */
export interface Bus {
  /**
   * Resolves to whether the transport took the payload; `false` means that it is lost for some, and may be published again.
   * Never rejects. A transport that hangs takes seconds to fail, so no request waits for this.
   */
  publish(topic: string, payload: string): Promise<boolean>;
  /**
   * Resolves once payloads published from now on will arrive; while the transport is away at once, and `onGap` tells when
   * it is back. Never rejects. An error that `receive` throws is logged; the other receivers get the payload all the same.
   */
  subscribe(topic: string, receive: (payload: string) => void): Promise<Subscription>;
  /** Calls `listener` whenever payloads may have been lost: after each reconnection. */
  onGap(listener: () => void): void;
  /** Whether hints travel at this moment. */
  healthy(): boolean;
}

export interface Subscription {
  unsubscribe(): Promise<void>;
}

/** The only way into a room's log. */
export interface MessageLog {
  /**
   * Adds a message and resolves after its commit, so that who is told of it may rely on it. The same sender, id and body
   * again give the first one (`appended: false`). Problems: `account_suspended` where the sender is, in the same transaction,
   * unless it is a `system` message; `not_found` where the sender does not belong to the room,
   * `file_not_found` where a file that it carries is not to be had, `message_not_found` where there is nothing to change, `message_not_changeable` by functions/rooms/message-policy.ts, `message_conflict` for a
   * known id with another content, `unavailable` where the outcome is unknown: then the same message may be sent again,
   * and will not be doubled. `trace` is what it is part of, where that is traced.
   */
  append(roomId: RoomId, message: NewMessage, trace?: TraceParent): Promise<Appended>;
}

/** Brings mails and text messages to people. */
export interface Notifier {
  /**
   * Resolves once the provider has taken it; whether it arrives nobody can say. Gives up after ten seconds. Rejects with
   * NoticesUnavailable where the same may be tried again, and with NoticeRefused where it never will be taken. What was taken and whose
   * answer was lost may arrive twice, where the provider does not know a notice again by its id.
   */
  send(notice: Notice): Promise<void>;
}

/** Tells whom a change concerns, after its commit (functions/changes/). */
export interface Delivery {
  /** Begins, and returns at once: no change waits for whom it tells. `trace` is what the change was part of, where that is traced. */
  deliver(effects: Effects, trace?: TraceParent): void;
  /** Tries rows of the outbox again, and takes out those that were delivered. Resolves to these; never rejects. */
  redeliver(rows: readonly OutboxRow[]): Promise<OutboxRow[]>;
  /** Resolves when everything that was begun has been delivered, or given up for now: before the ports close. */
  settled(): Promise<void>;
}

export interface Appended {
  message: StoredMessage;
  appended: boolean;
}

/**
 * Who is connected at the moment, over all processes. A hint: it may be wrong for as long as `settings.chat.presenceMs` after a
 * process died. Never rejects.
 */
export interface Presence {
  /**
   * This process holds a connection of these accounts. It says so again before `presenceMs` have passed. Gives those of whom it has
   * said so before and who were not known to be here until now: the word was lost, or has run out, and who asked meanwhile was told
   * that they are away.
   */
  keep(accountIds: AccountId[]): Promise<AccountId[]>;
  /** This process holds none any more. Gives whether the account is connected elsewhere. */
  leave(accountId: AccountId): Promise<{ elsewhere: boolean }>;
  /** Each of the accounts in turn; undefined where that cannot be told. */
  of(accountIds: AccountId[]): Promise<(Seen | undefined)[]>;
}

export interface Seen {
  online: boolean;
  /** When its last connection closed, or its process was last heard of, for up to 30 days. */
  lastSeenAt: string | null;
}

/**
 * Bytes under keys of ours (functions/files/file-key.ts); what they are, and whose, is in the table `files`. A key is put
 * once and never changes. Where the storage is away, each method rejects with FilesUnavailable; a key of another form is
 * an error of ours.
 */
export interface Files {
  /**
   * Stores all of `body`, reading it as fast as the storage takes it and never past `maxBytes`. Under the key there is
   * nothing until everything is stored. A body that is too long rejects with FileTooLarge, one that breaks off with
   * FileBodyFailed; then nothing is left of it, and of a longer one the rest is not read. After FilesUnavailable the key
   * may hold the whole body or nothing: delete it. Of two puts of one key at once either one stands, never a mixture.
   *
   * @param options `type` is the media type, for storages that answer by themselves
   */
  put(key: FileKey, body: ReadableStream<Uint8Array>, options: { maxBytes: number; type: string }): Promise<StoredFile>;
  /**
   * The file, or the bytes of `range` (RFC 9110, section 14), or undefined where there is none. Nothing is read before it
   * is asked for. The caller reads the body to its end or cancels it; a file that is deleted meanwhile is still read
   * whole, or the body fails: it never ends early without an error. A range that holds no byte rejects with
   * RangeNotSatisfiable.
   */
  open(key: FileKey, range?: ByteRange): Promise<OpenFile | undefined>;
  /** Once it resolves, nothing is under the key. Again does no harm. */
  delete(key: FileKey): Promise<void>;
}

export interface StoredFile {
  bytes: number;
  /** Of all bytes, as 64 hexadecimal digits. */
  sha256: string;
}

export interface OpenFile {
  body: ReadableStream<Uint8Array>;
  /** The length of the whole file. */
  bytes: number;
  /** The positions of the first and last byte of the body; undefined where it is the whole file. */
  range: { first: number; last: number } | undefined;
}

/** Makes pictures anew, so that nothing of what was sent is kept but what one sees. */
export interface Pictures {
  /**
   * Reads all of `body`, never past `maxBytes`, and makes the picture that is in it anew: a JPEG, PNG or WebP, as WebP; upright;
   * no side longer than `longestSide`; of several frames the first; without anything that was written beside its pixels. How
   * many pixels it has is read in its header, before one of them is decoded. What is no such picture, is broken or cut off, or
   * has more than `maxPixels`, rejects with PictureRefused; the body as in `Files.put`; where there is no room for it or nobody
   * answers, with FilesUnavailable. The caller reads the new body to its end or cancels it; nothing else is left.
   */
  remake(body: ReadableStream<Uint8Array>, limits: PictureLimits): Promise<RemadePicture>;
}

export interface PictureLimits {
  maxBytes: number;
  maxPixels: number;
  longestSide: number;
}

export interface RemadePicture {
  body: ReadableStream<Uint8Array>;
  type: 'image/webp';
  width: number;
  height: number;
}

/** The keys of access tokens (Ed25519). Old keys verify until their last token has ended; the newest signs. */
export interface Keys {
  signing(): { kid: string; key: CryptoKey };
  /** Finds the key of a token's `kid`, for jose's `jwtVerify`. Another function after the keys were replaced. */
  readonly verifying: JWTVerifyGetKey;
  /** The public halves as a JSON Web Key Set (RFC 7517). */
  readonly jwks: { keys: Record<string, unknown>[] };
  /**
   * Secret keys for HMAC-SHA-256, each derived from one of those above and as long in use: what is short, and kept as a hash alone,
   * is hashed with the first, and looked up by all of them, so that it outlives a rotation by minutes.
   */
  codes(): readonly CryptoKey[];
}

export interface Passwords {
  /**
   * Throws `Overloaded` where one more would not have its turn soon: to be asked before anything is done for a call that needs one. So
   * may the others reject, also once `whileWanted` is aborted and it was not their turn yet.
   */
  requireTurn(): void;
  /** A PHC string, with a salt of its own. Slow on purpose. */
  hash(password: string, whileWanted?: AbortSignal): Promise<string>;
  /**
   * `upgrade` says that the hash is of an older kind or cost, and should be made anew while the password is at hand.
   * Without a hash the answer is no, after as long as it takes with one: nobody learns which usernames exist.
   */
  verify(
    password: string,
    hash: string | undefined,
    whileWanted?: AbortSignal,
  ): Promise<{ valid: boolean; upgrade: boolean }>;
}

/**
 * Counts attempts in a fixed window that begins with the first one. Never rejects: where it cannot count with the other
 * processes it counts alone.
 */
export interface Limiter {
  take(key: string, limit: Limit): Promise<Taken>;
  /** Takes back one attempt that was allowed, as if it had not been made; or all, as if the window had ended. */
  giveBack(key: string, limit: Limit, attempts: 'one' | 'all'): Promise<void>;
}

/** What became of an attempt. */
export interface Taken {
  allowed: boolean;
  /** Attempts that are left in this window. */
  remaining: number;
  /** Until the window ends, in whole seconds. */
  resetSeconds: number;
  /** The same where it was not allowed; else 0. */
  retryAfterSeconds: number;
}

export interface Limit {
  attempts: number;
  seconds: number;
}

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** Structured logs; pino's shape. Values are logged as given, so never a token, a password or a message's text. */
export interface Log {
  debug(values: object, message: string): void;
  info(values: object, message: string): void;
  warn(values: object, message: string): void;
  error(values: object, message: string): void;
}

export interface Settings {
  environment: 'development' | 'test' | 'production';
  /** The address that people open; also the issuer of tokens. */
  publicOrigin: string;
  /** Origins whose pages may call, `publicOrigin` among them. */
  allowedOrigins: ReadonlySet<string>;
  queryBudget: 'off' | 'warn' | 'enforce';
  /** The bytes of a document go once it is approved: it may show a resident number. */
  eraseVerifiedDocuments: boolean;
  chat: ChatLimits;
}

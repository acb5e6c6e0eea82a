import type { AuditLine } from '../../db/audit.ts';
import { insertAudit } from '../../db/audit.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { insertOutbox } from '../../db/outbox.ts';
import type { OutboxChannel, OutboxRow } from '../../db/outbox.ts';
import type { Notice, NoticeChannel } from '../notices/notice.ts';
import { systemAccountId } from '../../schema/ids.ts';
import type { AccountId, AuditId, EventId, NoticeId, RoomId, SessionId } from '../../schema/ids.ts';
import type { MarketEvent } from '../events/catalogue.ts';
import type { Actor } from '../identity/actor.ts';
import { keyIdOf } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import type { Effects, SocketHint } from './effects.ts';

/** What a change was done to: the kind as in `order.select`, and its id. */
export interface Subject {
  kind: string;
  id: string;
}

/**
 * How long after its commit an event is left to the process that recorded it, in milliseconds. What is still in the outbox
 * then was lost with that process, or could not be delivered, and a job takes it up.
 */
const graceMs: Record<OutboxChannel, number> = { room: 10_000, account: 10_000, email: 60_000, sms: 60_000 };

/** Takes down what a change has to say, and writes it in the change's own transaction: two inserts, whatever it is. */
export class Recorder {
  readonly at: string;
  readonly #actor: Actor;
  readonly #displayName: string | undefined;
  readonly newId: Ports['newId'];
  readonly #lines: AuditLine[] = [];
  readonly #rows: OutboxRow[] = [];
  readonly #hints: SocketHint[] = [];
  readonly #notices: Notice[] = [];

  /** @param displayName of the account that acts, where one does */
  constructor({ clock, newId }: Pick<Ports, 'clock' | 'newId'>, actor: Actor, displayName: string | undefined) {
    this.at = toInstant(clock.now());
    this.#actor = actor;
    this.#displayName = displayName;
    this.newId = newId;
  }

  get actor(): Actor {
    return this.#actor;
  }

  /** The name under which others read of the account that acts, as it is held. */
  get displayName(): string {
    if (this.#displayName === undefined) throw new Error(`a ${this.#actor.kind} has no display name`);
    return this.#displayName;
  }

  /** Writes down that the actor did `action` (`select`) to `subject`; `details` are ids and choices, never secrets or texts. */
  audit({ kind, id }: Subject, action: string, details?: Record<string, unknown>): void {
    this.#lines.push({
      id: this.newId<AuditId>(),
      ...originOf(this.#actor),
      action: `${kind}.${action}`,
      subjectKind: kind,
      subjectId: id,
      at: this.at,
      details: details ?? null,
    });
  }

  /** Tells these accounts, each once, wherever they are connected. */
  event(accountIds: readonly AccountId[], event: MarketEvent): void {
    this.#tell('account', new Set(accountIds), event);
  }

  /** Tells a room, in its log, in the name of the account that acts, or of the product itself. */
  roomMessage(roomId: RoomId, event: MarketEvent): void {
    this.#tell('room', [roomId], event);
  }

  /**
   * Writes to somebody of an event, on these channels: where the account is reached when it is sent, or at `address`, where it was until
   * now, on the channel that it is an address of. Somebody who is not reached there is not written to.
   */
  inform(accountId: AccountId, channels: readonly NoticeChannel[], event: MarketEvent, address?: string): void {
    const channelOfAddress = address?.includes('@') ? 'email' : 'sms';
    for (const channel of channels) {
      this.#tell(channel, [accountId], event, channel === channelOfAddress ? address : undefined);
    }
  }

  /** Sends a text that is kept nowhere, such as a code, once the change is committed. */
  send(notice: Omit<Notice, 'id'>): void {
    this.#notices.push({ id: this.newId<NoticeId>(), ...notice });
  }

  /** Has the sockets of these accounts follow a room to which they belong from now on. */
  joined(accountIds: readonly AccountId[], roomId: RoomId): void {
    for (const accountId of accountIds) this.#hints.push({ kind: 'joined', accountId, roomId });
  }

  /** Has all sockets of an account close: those of its sessions, and of its keys. */
  accountShut(accountId: AccountId): void {
    this.#hints.push({ kind: 'account_shut', accountId });
  }

  /** Has the sockets of these sessions close. */
  sessionsEnded(accountId: AccountId, sessionIds: readonly SessionId[]): void {
    for (const sessionId of sessionIds) this.#hints.push({ kind: 'session_ended', accountId, sessionId });
  }

  /** Writes what was recorded. `change()` calls it, last in the transaction. */
  async write(tx: Transaction): Promise<void> {
    if (this.#lines.length > 0) await insertAudit(tx, this.#lines);
    if (this.#rows.length > 0) await insertOutbox(tx, this.#rows);
  }

  /** What was written down. */
  get audited(): readonly AuditLine[] {
    return this.#lines;
  }

  /** What is to be told after the commit. */
  get effects(): Effects {
    return { rows: this.#rows, hints: this.#hints, notices: this.#notices };
  }

  #tell(channel: OutboxChannel, targets: Iterable<string>, event: MarketEvent, address: string | null = null): void {
    const eventId = this.newId<EventId>();
    const dueAt = toInstant(Date.parse(this.at) + graceMs[channel]);
    const senderId = this.#actor.kind === 'account' ? this.#actor.accountId : systemAccountId;
    for (const target of targets) {
      this.#rows.push({ eventId, channel, target, event, address, senderId, happenedAt: this.at, dueAt, attempts: 0 });
    }
  }
}

type Origin = Pick<AuditLine, 'actorKind' | 'actorId' | 'actorName' | 'address' | 'requestId'>;

/** Where an audit line says that a change came from. */
export function originOf(actor: Actor): Origin {
  const nowhere = { actorKind: actor.kind, actorId: null, actorName: null, address: null, requestId: null };
  switch (actor.kind) {
    case 'account':
      return {
        ...nowhere,
        actorId: actor.accountId,
        actorName: keyIdOf(actor) ?? null,
        address: actor.address,
        requestId: actor.requestId,
      };
    case 'visitor':
      return { ...nowhere, address: actor.address, requestId: actor.requestId };
    case 'job':
      return { ...nowhere, actorName: actor.name };
    case 'webhook':
      return { ...nowhere, actorName: actor.source, requestId: actor.eventId.slice(0, 64) };
    case 'console':
      return nowhere;
  }
}

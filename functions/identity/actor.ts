import type { NoteLimit } from '../http/rate-limit.ts';
import type { Principal } from './principal.ts';

/**
 * Who does something. Every verb is told, so that what it changes can be traced to somebody: `functions/changes/` writes it
 * down. `requestId` is the request's own (`X-Request-Id`), `address` where it came from as the adapter trusts it.
 */
export type Actor = AccountActor | VisitorActor | JobActor | WebhookActor | ConsoleActor;

/** Somebody who is logged in, with what the access token says; or a program of theirs, with a key (`scopes`). */
export interface AccountActor extends Principal {
  kind: 'account';
  address: string;
  requestId: string;
  noteLimit?: NoteLimit | undefined;
  /** The account has to be active in the database, whatever its token says: an operator may be pending, anyone suspended. */
  mustBeActive: boolean;
}

/** Somebody who is not logged in (yet): registers, logs in, recovers a password. */
export interface VisitorActor {
  kind: 'visitor';
  address: string;
  requestId: string;
  /** Has the answer say what is left of a limit. */
  noteLimit?: NoteLimit | undefined;
}

/** A job of ours (functions/jobs/), by its name. */
export interface JobActor {
  kind: 'job';
  name: string;
}

/** A provider that called us: `source` is its name, `eventId` its own id of the event, by which it is taken once. */
export interface WebhookActor {
  kind: 'webhook';
  source: string;
  eventId: string;
}

/** Whoever runs the servers, at their console. */
export interface ConsoleActor {
  kind: 'console';
}

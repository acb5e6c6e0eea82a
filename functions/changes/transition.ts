import { findLastAudit } from '../../db/audit.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { Moved } from '../../db/engine/move.ts';
import { Problem } from '../http/problems.ts';
import type { ProblemCode } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { originOf } from './recorder.ts';
import type { Recorder, Subject } from './recorder.ts';

/** Who may cause a transition: the role of an account, or what else acts. */
export type Cause = 'customer' | 'operator' | 'admin' | 'job' | 'webhook' | 'console';

/** One step of a thing from some of its states to another. */
export interface Transition<State extends string, Stamp extends string = string> {
  from: readonly State[];
  to: State;
  /** The column that takes the time of the step. */
  stamp?: Stamp;
  by: readonly Cause[];
  /** The problem of whoever comes when the thing stands elsewhere; its `state` says where. */
  otherwise: ProblemCode;
  /** Made before by whomever, it need not be made again: who asks for it finds what was asked for. */
  repeatable?: true;
}

/** The states of one thing as data: every step that there is, by its name. */
export type Transitions<State extends string, Stamp extends string = string> = Readonly<
  Record<string, Transition<State, Stamp>>
>;

/** The step was made now; or this actor had made it before, and it still stands. */
export type Outcome = 'moved' | 'already';

/** One step, as a verb has tried it. */
export interface Step {
  subject: Subject;
  /** The table of its transitions, and its name there. */
  transitions: Transitions<string>;
  name: string;
  /** What the guarded update of `db/` gave. */
  moved: Moved<string> | undefined;
  /** What makes it this very step, beside who made it: the quote that was selected. */
  details?: Record<string, unknown>;
}

/**
 * Completes a step in a change: writes it down where it was made. Of two at once one moves; the other, and whoever comes later,
 * gets the transition's problem with the state that stands, unless it was the same actor who made this very step before (a caller
 * whose answer was lost asks again): that is `already`. A thing that is not there is Problem `not_found`; one that is at another
 * version than the caller expects, `precondition_failed`.
 */
export async function completeStep(tx: Transaction, record: Recorder, step: Step): Promise<Outcome> {
  const { subject, transitions, name, moved, details } = step;
  const transition = transitions[name];
  requireCause(record, transition, `${subject.kind}.${name}`);
  if (moved === undefined) throw new Problem('not_found');
  if (moved === 'stale') throw new Problem('precondition_failed');
  if (moved === 'moved') {
    record.audit(subject, name, details);
    return 'moved';
  }
  if (moved.state === transition.to && (transition.repeatable || (await isOfThisActor(tx, record, step))))
    return 'already';
  throw new Problem(transition.otherwise, { state: moved.state });
}

/**
 * Writes down a step that a change has made of several things at once. It has locked them in a state at which the step begins.
 */
export function recordSteps(
  record: Recorder,
  { kind, transitions, name }: { kind: string; transitions: Transitions<string>; name: string },
  ids: readonly string[],
): void {
  requireCause(record, transitions[name], `${kind}.${name}`);
  for (const id of ids) record.audit({ kind, id }, name);
}

/** That a table does not name who acts is a defect of the verb. */
function requireCause(
  { actor }: Recorder,
  transition: Transition<string> | undefined,
  step: string,
): asserts transition is Transition<string> {
  if (!transition?.by.includes(causeOf(actor) as Cause)) throw new Error(`no step of this actor: ${step}`);
}

/** What kind of actor this is to a table of states. */
function causeOf(actor: Actor): Cause | undefined {
  if (actor.kind !== 'account') return actor.kind === 'visitor' ? undefined : actor.kind;
  return actor.role === 'driver' || actor.role === 'company' ? 'operator' : actor.role;
}

/** Other things may have been done to it since, such as to write a review: the last step counts. */
async function isOfThisActor(tx: Transaction, { actor }: Recorder, step: Step): Promise<boolean> {
  const { subject, transitions, name, details } = step;
  const steps = Object.keys(transitions).map((each) => `${subject.kind}.${each}`);
  const last = await findLastAudit(tx, subject.kind, subject.id, steps);
  const { actorId, actorName } = originOf(actor);
  return (
    last?.action === `${subject.kind}.${name}` &&
    last.actorId === actorId &&
    // An account is the same with a key of its own.
    (actorId !== null || last.actorName === actorName) &&
    JSON.stringify(last.details) === JSON.stringify(details ?? null)
  );
}

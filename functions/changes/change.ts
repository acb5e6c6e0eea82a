import { holdAccount, takeAccount } from '../../db/accounts.ts';
import { holdAccountOfKey } from '../../db/api-keys.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { keyIdOf } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { logAudited, logRefusal } from '../security/security-events.ts';
import { Recorder } from './recorder.ts';

/** The ports that a change needs. */
export type ChangePorts = Pick<Ports, 'db' | 'clock' | 'newId' | 'delivery'> & Partial<Pick<Ports, 'log'>>;

/**
 * The one way to change things. Runs `work` in one transaction, with a recorder for whom it has to be told and what is to be
 * written down of it; a deadlock runs it again, with a new recorder. Whoever acts is looked at first: an account that has been
 * suspended changes nothing, whatever its token says. What was recorded leaves after the commit, and nobody waits for it; what
 * is lost on the way is in the outbox, from which a job delivers it.
 *
 * Problems: `account_suspended`, `operator_not_active`, and those of `work`.
 *
 * @param options `changesActor` where it writes into the row of the account that acts: two at once come one after the other, where both
 * would else hold what each wants to write
 *
 * @example
 * await change(ports, actor, async (tx, record) => {
 *   await insertVehicle(tx, vehicle);
 *   record.audit({ kind: 'vehicle', id }, 'add');
 *   record.event([ownerId], { event: 'vehicle_added', vehicle: id });
 * });
 */
export async function change<Result>(
  ports: ChangePorts,
  actor: Actor,
  work: (tx: Transaction, record: Recorder) => Promise<Result>,
  { changesActor = false } = {},
): Promise<Result> {
  const { result, record } = await transaction(ports.db, async (tx) => {
    const displayName = await requireStanding(tx, ports, actor, changesActor ? takeAccount : holdAccount);
    const record = new Recorder(ports, actor, displayName);
    const result = await work(tx, record);
    await record.write(tx);
    return { result, record };
  });
  ports.delivery.deliver(record.effects);
  if (ports.log) logAudited(ports.log, record.audited);
  return result;
}

/** Holds the account as it is until the commit, and its key: a suspension waits for it, or is seen, as a revocation. Gives the name that others read. */
async function requireStanding(
  tx: Transaction,
  { log }: Partial<Pick<Ports, 'log'>>,
  actor: Actor,
  hold: typeof holdAccount,
): Promise<string | undefined> {
  if (actor.kind !== 'account') return undefined;
  const key = keyIdOf(actor);
  const account = await (key === undefined ? hold(tx, actor.accountId) : holdAccountOfKey(tx, key));
  if (account === undefined || account.state === 'closed') throw new Problem('unauthenticated');
  const { state, displayName } = account;
  if (state === 'suspended' && log) logRefusal(log, actor, 'suspended');
  if (state === 'suspended') throw new Problem('account_suspended');
  if (state === 'pending' && actor.mustBeActive) throw new Problem('operator_not_active');
  return displayName;
}

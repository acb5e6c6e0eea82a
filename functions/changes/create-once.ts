import { claimIdempotencyKey } from '../../db/idempotency.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import { sha256 } from '../sha256.ts';
import { change } from './change.ts';
import type { ChangePorts } from './change.ts';
import type { Recorder } from './recorder.ts';

export interface Idempotency {
  /** The caller's key; undefined where the caller sent none. */
  key: string | undefined;
  /** What was asked: the verb's name and its input. */
  request: unknown;
}

/**
 * Runs `create` in one change, once for each key of an account: asked again, it gives the id that was made the first time,
 * before anything else is looked at, so that what was made is answered for whatever has become of it since; `made` is what `create`
 * gave, where it ran. The same key with another request is Problem `idempotency_conflict`.
 */
export async function createOnce<Id extends string, Made>(
  ports: ChangePorts,
  actor: AccountActor,
  { key, request }: Idempotency,
  id: Id,
  create: (tx: Transaction, record: Recorder, id: Id) => Promise<Made>,
): Promise<{ id: Id; made?: Made }> {
  const fingerprint = key === undefined ? '' : await sha256(JSON.stringify(request));
  return change(ports, actor, async (tx, record) => {
    if (key !== undefined) {
      const claim = { accountId: actor.accountId, key, fingerprint, resourceId: id, createdAt: record.at };
      const earlier = await claimIdempotencyKey(tx, claim);
      if (earlier && earlier.fingerprint !== fingerprint) throw new Problem('idempotency_conflict');
      if (earlier) return { id: earlier.resourceId as Id };
    }
    return { id, made: await create(tx, record, id) };
  });
}

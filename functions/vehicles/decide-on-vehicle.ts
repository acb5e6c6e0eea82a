import { findVehicle, moveVehicle } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import type { ExpectedVersions } from '../http/if-match.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { withUrls } from './show-vehicle.ts';
import type { RegisteredVehicle } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

const told = { approve: 'vehicle_verified', refuse: 'vehicle_refused', revoke: 'vehicle_revoked' } as const;

/**
 * An admin's word on a vehicle that waits for it, or has it, at a version that they have seen: nobody verifies a plate that was changed
 * while they looked. Its operator is told, and written to. Problems: `not_found`, `vehicle_not_requested`, `vehicle_not_verified`,
 * `precondition_failed`.
 */
export async function decideOnVehicle(
  ports: Ports,
  actor: AccountActor,
  vehicleId: VehicleId,
  { step, reason, versions }: { step: keyof typeof told; reason: string | null; versions: ExpectedVersions },
): Promise<RegisteredVehicle> {
  const found = await findVehicle(ports.db, vehicleId);
  if (!found) throw new Problem('not_found');
  await change(ports, actor, async (tx, record) => {
    const set = { decisionReason: reason };
    const moved = await moveVehicle(tx, vehicleId, vehicleTransitions[step], record.at, { set, versions });
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'vehicle', id: vehicleId },
      transitions: vehicleTransitions,
      name: step,
      // It had its plate while it waited, too.
      moved: moved === 'taken' ? undefined : moved,
    });
    if (outcome === 'already') return;
    const event = { event: told[step], vehicle: vehicleId };
    record.event([found.operator.id], event);
    record.inform(found.operator.id, ['email'], event);
  });
  const decided = await findVehicle(ports.db, vehicleId);
  if (!decided) throw new Problem('not_found');
  return withUrls(decided);
}

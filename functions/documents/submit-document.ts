import { dropDocuments, insertDocument, lockDocumentsLike } from '../../db/documents.ts';
import { markFilesDeleted, markFilesReady } from '../../db/many-files.ts';
import { holdVehicleOf } from '../../db/vehicles.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { DocumentId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import type { Recorder } from '../changes/recorder.ts';
import { recordSteps } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { ruleProblem } from '../http/validation.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { seoulDay } from '../seoul-day.ts';
import { documentInput, documentSchema } from './document-schema.ts';
import type { Document, DocumentInput } from './document-schema.ts';
import { documentTransitions } from './document-transitions.ts';
import { documentPolicies, endWithinDays } from './documents-policy.ts';

/**
 * Hands in a document: an admin finds it in their list. One of the same kind (and vehicle) that waits, or was refused, is replaced, and
 * its bytes are erased; one that is approved stays until this one is. Problems: `validation_failed`.
 */
export async function submitDocument(ports: Ports, actor: AccountActor, input: DocumentInput): Promise<Document> {
  const { kind, fileId, expiresOn = null, vehicleId = null } = input;
  const operatorId = actor.accountId;
  if (!documentPolicies[kind].of.some((role) => role === actor.role))
    throw ruleProblem('/kind', 'kind_of_another_role');
  const now = ports.clock.now();
  if (expiresOn !== null && (expiresOn < seoulDay(now) || expiresOn > seoulDay(now, endWithinDays)))
    throw ruleProblem('/expiresOn', 'end_out_of_range');
  return change(ports, actor, async (tx, record) => {
    if (vehicleId !== null && !(await holdVehicleOf(tx, vehicleId, [operatorId])))
      throw ruleProblem('/vehicleId', 'unknown_vehicle');
    if (!(await markFilesReady(tx, { ids: [fileId], ownerId: operatorId, purpose: 'document' }, record.at)))
      throw ruleProblem('/fileId', 'unknown_file');
    const like = { operatorId, kind, vehicleId };
    await replaceDocuments(tx, record, await lockDocumentsLike(tx, like, ['requested', 'refused']));
    const id = record.newId<DocumentId>();
    const kept = { id, kind, state: 'requested' as const, fileId, vehicleId, expiresOn, createdAt: record.at };
    await insertDocument(tx, { ...kept, operatorId });
    record.audit({ kind: 'document', id }, 'submit', { kind, fileId });
    return { ...kept, decidedAt: null, decisionReason: null };
  });
}

/** Puts these documents, which are locked, behind a newer one; nobody needs their bytes any more. */
export async function replaceDocuments(
  tx: Transaction,
  record: Recorder,
  replaced: Awaited<ReturnType<typeof lockDocumentsLike>>,
): Promise<void> {
  const ids = replaced.map(({ id }) => id);
  await dropDocuments(tx, ids, documentTransitions.replace);
  recordSteps(record, { kind: 'document', transitions: documentTransitions, name: 'replace' }, ids);
  await markFilesDeleted(
    tx,
    replaced.flatMap(({ fileId }) => fileId ?? []),
    record.at,
  );
}

export const submitDocumentEndpoint = endpoint({
  name: 'submitDocument',
  access: 'operator',
  budget: 10,
  method: 'post',
  path: '/v1/me/documents',
  tags: ['documents'],
  summary: 'Hand in a document, which an admin looks at',
  request: { body: json(documentInput) },
  answers: { 201: { description: 'The document', body: documentSchema } },
  handle: ({ ports, actor, body }) => submitDocument(ports, actor, body),
});

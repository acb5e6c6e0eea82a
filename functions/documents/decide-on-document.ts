import { findDocument, lockDocument, lockDocumentsLike, moveDocument } from '../../db/documents.ts';
import { markFilesDeleted } from '../../db/many-files.ts';
import type { DocumentId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { seoulDay } from '../seoul-day.ts';
import type { RegisteredDocument } from './document-schema.ts';
import { documentTransitions } from './document-transitions.ts';
import { replaceDocuments } from './submit-document.ts';

const told = { approve: 'document_approved', refuse: 'document_refused', revoke: 'document_revoked' } as const;

/**
 * An admin's word on a document that waits for it, or, where the word was wrong, on one that was approved (`revoke`): its operator sends no
 * quotes until a newer one is. One that is approved replaces the older one of its kind (and vehicle), whose bytes
 * are erased; its own are as well where the deployer has it so (`settings.eraseVerifiedDocuments`). Its operator is told, and
 * written to. Problems: `not_found`, `document_not_requested`, `document_not_approved`, `document_ended`.
 */
export async function decideOnDocument(
  ports: Ports,
  actor: AccountActor,
  documentId: DocumentId,
  { step, reason }: { step: keyof typeof told; reason: string | null },
): Promise<RegisteredDocument> {
  const approves = step === 'approve';
  const erases = approves && ports.settings.eraseVerifiedDocuments;
  await change(ports, actor, async (tx, record) => {
    const document = await lockDocument(tx, documentId);
    if (!document) throw new Problem('not_found');
    const { operatorId, fileId, expiresOn, state } = document;
    if (approves && state === 'requested' && expiresOn !== null && expiresOn < seoulDay(record.at))
      throw new Problem('document_ended');
    const set = { decisionReason: reason, decidedBy: actor.accountId, ...(erases && { fileId: null }) };
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'document', id: documentId },
      transitions: documentTransitions,
      name: step,
      moved: await moveDocument(tx, documentId, documentTransitions[step], record.at, { set }),
    });
    if (outcome === 'already') return;
    if (approves) {
      const decided = await lockDocumentsLike(tx, document, ['approved', 'revoked']);
      const older = decided.filter(({ id }) => id !== documentId);
      await replaceDocuments(tx, record, older);
    }
    if (erases && fileId !== null) await markFilesDeleted(tx, [fileId], record.at);
    const event = { event: told[step], document: documentId };
    record.event([operatorId], event);
    record.inform(operatorId, ['email'], event);
  });
  const decided = await findDocument(ports.db, documentId);
  if (!decided) throw new Problem('not_found');
  return decided;
}

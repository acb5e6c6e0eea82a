import { lockDocument, moveDocument } from '../../db/documents.ts';
import { markFilesDeleted } from '../../db/many-files.ts';
import type { DocumentId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { documentIdParam } from './document-schema.ts';
import { documentTransitions } from './document-transitions.ts';

/**
 * Takes back a document that waits or was refused, and erases its bytes. Again changes nothing. Problems: `not_found`,
 * `document_not_removable`.
 */
export async function removeDocument(ports: Ports, actor: AccountActor, documentId: DocumentId): Promise<void> {
  await change(ports, actor, async (tx, record) => {
    const document = await lockDocument(tx, documentId);
    if (document?.operatorId !== actor.accountId) throw new Problem('not_found');
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'document', id: documentId },
      transitions: documentTransitions,
      name: 'remove',
      moved: await moveDocument(tx, documentId, documentTransitions.remove, record.at, { set: { fileId: null } }),
    });
    if (outcome === 'moved' && document.fileId !== null) await markFilesDeleted(tx, [document.fileId], record.at);
  });
}

export const removeDocumentEndpoint = endpoint({
  name: 'removeDocument',
  access: 'operator',
  budget: 7,
  problems: ['not_found'],
  step: documentTransitions.remove,
  method: 'delete',
  path: '/v1/me/documents/{documentId}',
  tags: ['documents'],
  summary: 'Take back a document that is not approved',
  request: { params: documentIdParam },
  answers: { 204: { description: 'It is gone, with its bytes' } },
  handle: ({ ports, actor, params }) => removeDocument(ports, actor, params.documentId),
});

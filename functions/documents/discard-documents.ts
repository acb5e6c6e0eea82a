import { dropDocuments, lockDocumentsOf } from '../../db/documents.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { markFilesDeleted } from '../../db/many-files.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { Recorder } from '../changes/recorder.ts';
import { recordSteps } from '../changes/transition.ts';
import { documentTransitions } from './document-transitions.ts';

/** Takes back all documents of an operator and erases their bytes, in the change that closes its account. */
export async function discardDocuments(tx: Transaction, record: Recorder, operatorId: AccountId): Promise<void> {
  const { discard } = documentTransitions;
  const kept = await lockDocumentsOf(tx, operatorId, discard.from);
  const ids = kept.map(({ id }) => id);
  await dropDocuments(tx, ids, discard);
  recordSteps(record, { kind: 'document', transitions: documentTransitions, name: 'discard' }, ids);
  const fileIds = kept.flatMap(({ fileId }) => fileId ?? []);
  await markFilesDeleted(tx, fileIds, record.at);
}

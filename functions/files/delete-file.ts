import { deletePendingFile, findFile } from '../../db/files.ts';
import type { FileId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { fileIdParam } from './file-schema.ts';

/** Takes back a file of the caller's that nothing uses yet; a job removes its bytes. Problems: `not_found`, `file_in_use`. */
export async function deleteFile(ports: Ports, actor: AccountActor, id: FileId): Promise<void> {
  await change(ports, actor, async (tx, record) => {
    if (await deletePendingFile(tx, id, actor.accountId, record.at))
      return record.audit({ kind: 'file', id }, 'delete');
    const found = await findFile(tx, id);
    throw new Problem(found?.ownerId === actor.accountId ? 'file_in_use' : 'not_found');
  });
}

export const deleteFileEndpoint = endpoint({
  name: 'deleteFile',
  access: 'account',
  budget: 5,
  problems: ['not_found', 'file_in_use'],
  method: 'delete',
  path: '/v1/files/{fileId}',
  tags: ['files'],
  summary: 'Take back a file of mine that nothing uses yet',
  request: { params: fileIdParam },
  answers: { 204: { description: 'It is gone' } },
  handle: ({ ports, actor, params }) => deleteFile(ports, actor, params.fileId),
});

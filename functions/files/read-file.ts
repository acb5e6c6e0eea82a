import { findFile } from '../../db/files.ts';
import type { FileRow } from '../../db/files.ts';
import { findMembership } from '../../db/rooms.ts';
import type { FileId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint, withStatus } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { answerFile } from './answer-file.ts';
import { fileAnswers } from './file-answers.ts';
import { attachment } from './file-name.ts';
import { fileIdParam } from './file-schema.ts';
import { purposeOf } from './purposes.ts';

/**
 * A file for whom its purpose names. Each look at a sensitive one is written down, and an admin's at what is somebody else's, before a
 * byte of it is read. Problem: `not_found`, for everyone else too.
 */
export async function readFile(ports: Ports, actor: AccountActor, request: Request, id: FileId): Promise<Response> {
  const file = await findFile(ports.db, id);
  if (!file || !(await mayRead(ports, actor, file))) throw new Problem('not_found');
  const foreign = actor.role === 'admin' && file.ownerId !== actor.accountId && file.class !== 'public';
  if (file.class === 'sensitive' || foreign) {
    await change(ports, actor, async (_tx, record) => {
      record.audit({ kind: 'file', id }, 'read', { purpose: file.purpose, ownerId: file.ownerId });
    });
  }
  return answerFile(ports, request, file, { 'Content-Disposition': attachment(file.name ?? id) });
}

async function mayRead({ db }: Pick<Ports, 'db'>, { accountId, role }: AccountActor, file: FileRow): Promise<boolean> {
  const readers = purposeOf(file.purpose)?.readers ?? [];
  if (readers.includes('owner') && file.ownerId === accountId) return true;
  if (readers.includes('admins') && role === 'admin') return true;
  // Until its message is written nobody but its owner knows of it.
  if (!readers.includes('room') || file.state !== 'ready' || file.roomId === null) return false;
  return (await findMembership(db, file.roomId, accountId)) !== undefined;
}

export const readFileEndpoint = endpoint({
  name: 'readFile',
  access: 'account',
  // The admin's state, the file, and the change that writes the look down; or the file and the room.
  budget: 6,
  problems: ['not_found', 'range_not_satisfiable'],
  method: 'get',
  path: '/v1/files/{fileId}',
  tags: ['files'],
  summary: 'A file of mine, or one that I may read',
  request: { params: fileIdParam },
  answers: fileAnswers,
  cacheControl: 'private, no-cache',
  handle: async ({ ports, actor, params, c }) =>
    withStatus(200, await readFile(ports, actor, c.req.raw, params.fileId)),
});

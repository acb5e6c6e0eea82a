import { z } from '@hono/zod-openapi';
import { insertFile } from '../../db/files.ts';
import { findMembership } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { limitBy } from '../http/limit-attempts.ts';
import { multipart } from '../http/multipart-body.ts';
import type { IncomingFile } from '../http/multipart-body.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Limit, Ports } from '../ports.ts';
import { logRefusal } from '../security/security-events.ts';
import { cleanFileName } from './file-name.ts';
import { fileSchema, showFile } from './file-schema.ts';
import type { File } from './file-schema.ts';
import { fileKinds, headBytes, kindOf } from './kinds.ts';
import { peek } from './peek.ts';
import { filePurposeNames, filePurposes, maxFileBytes } from './purposes.ts';
import type { FilePurpose, FilePurposeName } from './purposes.ts';
import { storeMade } from './store-file.ts';
import type { MadeFile } from './store-file.ts';

/** What one account may send, whatever becomes of it: each picture costs seconds of a processor, and room. */
const uploads: Limit = { attempts: 120, seconds: 3600 };

/** A picture that was made anew is mostly smaller than it came; this is far above what its longest side allows. */
const maxRemadeBytes = 32 * 2 ** 20;

interface Upload {
  purpose: FilePurposeName;
  roomId?: RoomId | undefined;
  file: IncomingFile;
}

/**
 * Takes in a file for a purpose, of which it stays `pending` until a change uses it; what is not used within an hour goes. What it is
 * is found in its first bytes. Pictures are made anew, everything else is kept as it is.
 *
 * Problems: `account_suspended`, `forbidden`, `not_found`, `too_many_requests`, `file_type_not_accepted`, `picture_unreadable`,
 * `picture_too_large`, `payload_too_large`, `storage_full`.
 */
export async function uploadFile(
  ports: Ports,
  actor: AccountActor,
  { purpose: name, roomId, file }: Upload,
): Promise<File> {
  const purpose: FilePurpose = filePurposes[name];
  if (!purpose.senders.includes(actor.role)) {
    logRefusal(ports.log, actor, `not a sender of ${name}`);
    throw new Problem('forbidden');
  }
  if (purpose.readers.includes('room') !== (roomId !== undefined)) {
    throw new Problem('validation_failed', { errors: [{ pointer: '/roomId', rule: 'room_of_file' }] });
  }
  if (roomId && !(await findMembership(ports.db, roomId, actor.accountId))) throw new Problem('not_found');
  await limitBy(ports, actor, { action: 'upload', of: actor.accountId }, uploads);

  const { head, body } = await peek(file.bytes, headBytes);
  const kind = kindOf(head);
  if (kind === undefined || !purpose.kinds.includes(kind)) throw new Problem('file_type_not_accepted');
  const { type, extension } = fileKinds[fileKinds[kind].picture ? 'webp' : kind];
  const row = {
    ownerId: actor.accountId,
    purpose: name,
    class: purpose.class,
    type,
    name: cleanFileName(file.name, extension) ?? null,
    roomId: roomId ?? null,
  };
  let made: MadeFile = { body, maxBytes: purpose.maxBytes };
  const make = async () => {
    if (!fileKinds[kind].picture) return made;
    const remade = await ports.pictures.remake(body, purpose);
    return (made = { ...remade, maxBytes: maxRemadeBytes });
  };
  // A change, over before the body streams: who is suspended meanwhile sends nothing.
  const stored = await storeMade(ports, row, make, (file) => change(ports, actor, (tx) => insertFile(tx, file)));
  const { width = null, height = null } = made;
  return showFile({ ...row, ...stored, width, height });
}

export const uploadFileEndpoint = endpoint({
  name: 'uploadFile',
  access: 'account',
  // The room, the change that adds the row, and what became of its bytes.
  budget: 6,
  problems: [
    'forbidden',
    'not_found',
    'too_many_requests',
    'file_type_not_accepted',
    'picture_unreadable',
    'picture_too_large',
    'storage_full',
  ],
  method: 'post',
  path: '/v1/files',
  tags: ['files'],
  summary: 'Send a file, for what it is used next',
  request: {
    body: multipart({
      fields: {
        purpose: z.enum(filePurposeNames),
        roomId: idOf<RoomId>().optional().openapi({ description: 'Of `chat`: the room whose members shall read it.' }),
      },
      maxBytes: maxFileBytes,
    }),
  },
  answers: {
    201: {
      description: 'The file; unless it is used within an hour, it goes',
      body: fileSchema,
      location: '/v1/files/{id}',
    },
  },
  handle: ({ ports, actor, body }) => uploadFile(ports, actor, body),
});

import { eq } from 'drizzle-orm';
import type { File as StoredFile } from '../../../functions/files/file-schema.ts';
import { files } from '../../../schema/files.ts';
import type { FileId } from '../../../schema/ids.ts';
import type { Answer, Client } from '../clients/client.ts';
import { database } from '../db/run-database.ts';
import { jpeg } from '../pictures.ts';

export type { StoredFile };

interface Sent {
  purpose?: string;
  roomId?: string;
  name?: string;
  type?: string;
}

/** Sends these bytes as a form does. */
export function sendFile(
  client: Client,
  bytes: BlobPart,
  { purpose = 'profile_photo', roomId, name = 'photo.jpg', type = 'image/jpeg' }: Sent = {},
): Promise<Answer<StoredFile>> {
  const form = new FormData();
  form.append('purpose', purpose);
  if (roomId !== undefined) form.append('roomId', roomId);
  form.append('file', new Blob([bytes], { type }), name);
  return client.call('/v1/files', { method: 'POST', raw: form });
}

/** A file that must be taken in. */
export async function sentFile(client: Client, sent: Sent = {}, bytes?: BlobPart): Promise<StoredFile> {
  const { status, body, text } = await sendFile(client, bytes ?? (await jpeg()), sent);
  if (status !== 201) throw new Error(`expected 201: ${status} ${text}`);
  return body;
}

/** As the change of some feature uses it. */
export async function used({ id }: { id: string }): Promise<void> {
  const attachedAt = new Date().toISOString();
  await database()
    .update(files)
    .set({ state: 'ready', attachedAt })
    .where(eq(files.id, id as FileId));
}

export async function rowOf({ id }: { id: string }) {
  const [row] = await database()
    .select()
    .from(files)
    .where(eq(files.id, id as FileId));
  return row;
}

/** The bytes that a client reads there, with the answer's head. */
export async function readBytes(client: Client, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(client.origin + path, {
    method,
    headers: {
      'X-Forwarded-For': client.address,
      ...(client.token !== undefined && { Authorization: `Bearer ${client.token}` }),
      ...headers,
    },
  });
  return {
    status: response.status,
    headers: response.headers,
    bytes: new Uint8Array(await response.arrayBuffer()),
  };
}

import { z } from '@hono/zod-openapi';
import type { FileRow } from '../../db/files.ts';
import type { FileId, FileKey } from '../../schema/ids.ts';
import { idOf } from '../http/id.ts';
import { filePurposeNames } from './purposes.ts';
import type { FilePurposeName } from './purposes.ts';

export const fileIdParam = z.object({ fileId: idOf<FileId>() });

export const fileSchema = z
  .object({
    id: z.uuid(),
    purpose: z.enum(filePurposeNames),
    name: z.string().nullable().openapi({ description: 'What its sender called it, cleaned, for a download.' }),
    type: z.string().openapi({ example: 'image/webp' }),
    bytes: z.int(),
    width: z.int().nullable().openapi({ description: 'Of a picture, in pixels.' }),
    height: z.int().nullable(),
    url: z.string().openapi({
      description: 'Where it is read: by everyone once it is used, or by those whom its purpose names.',
      example: '/files/0123456789abcdef0123456789abcdef',
    }),
  })
  .openapi('File');

export type File = z.infer<typeof fileSchema>;

/** Where the bytes of a public file are; its key is nobody's to guess. */
export const publicFileUrl = (key: FileKey): string => `/files/${key}`;

export const showFile = ({ id, purpose, name, type, bytes, width, height, ...row }: Shown): File => ({
  id,
  purpose: purpose as FilePurposeName,
  name,
  type,
  bytes,
  width,
  height,
  url: row.class === 'public' ? publicFileUrl(row.key) : `/v1/files/${id}`,
});

type Shown = Omit<FileRow, 'ownerId' | 'sha256' | 'state' | 'roomId'>;

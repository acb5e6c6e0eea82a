import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import type { Files, Log } from '../../functions/ports.ts';
import type { S3Settings } from '../s3/s3-client.ts';
import { createS3Files } from '../s3/s3-files.ts';
import { origin } from '../shared/setting-forms.ts';
import { createDiskFiles } from './disk-files.ts';

/** Where files are: in a folder, or in a bucket of an S3-compatible storage. */
export type FilesSettings = { folder: string } | { s3: S3Settings };

/** The variables that say so (see .env.example). */
export const filesVariables = {
  KINGBUS_FILES: z.string().default('.kingbus/files'),
  KINGBUS_S3_ENDPOINT: origin.optional(),
  KINGBUS_S3_REGION: z.string().optional(),
  KINGBUS_S3_ACCESS_KEY_ID: z.string().optional(),
  KINGBUS_S3_SECRET_ACCESS_KEY: z.string().optional(),
  KINGBUS_S3_PATH_STYLE: z.enum(['0', '1']).default('1'),
};

type FilesEnvironment = z.infer<z.ZodObject<typeof filesVariables>>;

/** What the variables mean together, and what is missing of a bucket's, told to `context`. */
export function readFilesSettings(env: FilesEnvironment, context: z.RefinementCtx): FilesSettings {
  const bucket = /^s3:\/\/([^/]+)\/?$/u.exec(env.KINGBUS_FILES)?.[1];
  if (bucket === undefined) {
    if (/^[a-z][a-z0-9+.-]*:/iu.test(env.KINGBUS_FILES)) {
      context.addIssue({ code: 'custom', path: ['KINGBUS_FILES'], message: 'expected a folder or s3://bucket' });
    }
    return { folder: env.KINGBUS_FILES };
  }
  const given = (name: Exclude<keyof FilesEnvironment, 'KINGBUS_FILES' | 'KINGBUS_S3_PATH_STYLE'>): string => {
    const value = env[name];
    if (value === undefined) context.addIssue({ code: 'custom', path: [name], message: 'needed for s3://' });
    return value ?? '';
  };
  return {
    s3: {
      bucket,
      endpoint: given('KINGBUS_S3_ENDPOINT'),
      region: given('KINGBUS_S3_REGION'),
      accessKeyId: given('KINGBUS_S3_ACCESS_KEY_ID'),
      secretAccessKey: given('KINGBUS_S3_SECRET_ACCESS_KEY'),
      pathStyle: env.KINGBUS_S3_PATH_STYLE === '1',
      timeoutMs: 15_000,
    },
  };
}

/** The files of one process. A folder that is not there yet is made, for this user alone. */
export async function openFiles(settings: FilesSettings, log: Log): Promise<Files> {
  if ('s3' in settings) return createS3Files(settings.s3, log);
  await mkdir(settings.folder, { recursive: true, mode: 0o700 });
  return createDiskFiles(settings.folder);
}

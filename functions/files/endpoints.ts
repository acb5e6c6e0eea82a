import { deleteFileEndpoint } from './delete-file.ts';
import { readFileEndpoint } from './read-file.ts';
import { servePublicFileEndpoint } from './serve-public-file.ts';
import { uploadFileEndpoint } from './upload-file.ts';

/** The HTTP endpoints of files, in the order of the OpenAPI document. */
export const fileEndpoints = [
  uploadFileEndpoint,
  readFileEndpoint,
  deleteFileEndpoint,
  servePublicFileEndpoint,
] as const;

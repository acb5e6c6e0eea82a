import { approveDocumentEndpoint } from './approve-document.ts';
import { listOwnDocumentsEndpoint } from './list-own-documents.ts';
import { listRegisteredDocumentsEndpoint } from './list-registered-documents.ts';
import { refuseDocumentEndpoint } from './refuse-document.ts';
import { revokeDocumentEndpoint } from './revoke-document.ts';
import { removeDocumentEndpoint } from './remove-document.ts';
import { submitDocumentEndpoint } from './submit-document.ts';

export const documentEndpoints = [
  listOwnDocumentsEndpoint,
  submitDocumentEndpoint,
  removeDocumentEndpoint,
  listRegisteredDocumentsEndpoint,
  approveDocumentEndpoint,
  refuseDocumentEndpoint,
  revokeDocumentEndpoint,
] as const;

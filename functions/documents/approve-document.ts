import { endpoint } from '../http/endpoint.ts';
import { decideOnDocument } from './decide-on-document.ts';
import { documentIdParam, registeredDocumentSchema } from './document-schema.ts';
import { documentTransitions } from './document-transitions.ts';

export const approveDocumentEndpoint = endpoint({
  name: 'approveDocument',
  access: 'admin',
  // One that replaces an older one, and is erased.
  budget: 12,
  problems: ['document_ended'],
  step: documentTransitions.approve,
  method: 'post',
  path: '/v1/admin/documents/{documentId}/approve',
  tags: ['admin'],
  summary: 'Approve a document; it replaces the older one of its kind',
  request: { params: documentIdParam },
  answers: { 200: { description: 'The document, approved', body: registeredDocumentSchema } },
  handle: ({ ports, actor, params }) =>
    decideOnDocument(ports, actor, params.documentId, { step: 'approve', reason: null }),
});

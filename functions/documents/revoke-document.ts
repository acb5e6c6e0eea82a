import { z } from '@hono/zod-openapi';
import { endpoint } from '../http/endpoint.ts';
import { line } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { decideOnDocument } from './decide-on-document.ts';
import { documentIdParam, registeredDocumentSchema } from './document-schema.ts';
import { documentTransitions } from './document-transitions.ts';

export const revokeDocumentEndpoint = endpoint({
  name: 'revokeDocument',
  access: 'admin',
  budget: 8,
  step: documentTransitions.revoke,
  method: 'post',
  path: '/v1/admin/documents/{documentId}/revoke',
  tags: ['admin'],
  summary: 'Withdraw the approval of a document, for a reason that its operator reads',
  request: { params: documentIdParam, body: json(z.strictObject({ reason: line(500) }).openapi('DocumentRevocation')) },
  answers: { 200: { description: 'The document, revoked', body: registeredDocumentSchema } },
  handle: ({ ports, actor, params, body }) =>
    decideOnDocument(ports, actor, params.documentId, { step: 'revoke', reason: body.reason }),
});

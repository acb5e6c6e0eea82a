import { z } from '@hono/zod-openapi';
import { registeredDocuments } from '../../db/documents.ts';
import { documentStates } from '../../schema/documents.ts';
import type { DocumentId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { registeredDocumentSchema } from './document-schema.ts';
import type { RegisteredDocument } from './document-schema.ts';

const registered = listQuery({
  name: 'registered-documents',
  filters: { state: z.enum(documentStates).default('requested') },
  orders: { old: { id: idOf<DocumentId>() } },
});

/** Documents in a state, those that were handed in first at the front: unless another is named, those that wait for an admin. */
export async function listRegisteredDocuments(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof registered.schema>,
): Promise<Page<RegisteredDocument>> {
  const { selection, page } = registered.open(query, accountId);
  return page(await registeredDocuments.page(db, {}, selection));
}

export const listRegisteredDocumentsEndpoint = endpoint({
  name: 'listRegisteredDocuments',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/documents',
  tags: ['admin'],
  summary: 'Documents by state, those that wait longest first',
  request: { query: registered.schema },
  answers: { 200: { description: 'A page', body: pageOf(registeredDocumentSchema) } },
  handle: ({ ports, actor, query }) => listRegisteredDocuments(ports, actor, query),
});

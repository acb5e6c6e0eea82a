import type { z } from '@hono/zod-openapi';
import { ownDocuments } from '../../db/documents.ts';
import type { DocumentId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { documentSchema } from './document-schema.ts';
import type { Document } from './document-schema.ts';

const own = listQuery({ name: 'own-documents', orders: { new: { id: idOf<DocumentId>() } } });

/** All that the operator has ever handed in, newest first, with what was decided and why. */
export async function listOwnDocuments(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof own.schema>,
): Promise<Page<Document>> {
  const { selection, page } = own.open(query, accountId);
  return page(await ownDocuments.page(db, { operatorId: accountId }, selection));
}

export const listOwnDocumentsEndpoint = endpoint({
  name: 'listOwnDocuments',
  access: 'operator',
  budget: 1,
  method: 'get',
  path: '/v1/me/documents',
  tags: ['documents'],
  summary: 'My documents in all their states, newest first',
  request: { query: own.schema },
  answers: { 200: { description: 'A page', body: pageOf(documentSchema) } },
  handle: ({ ports, actor, query }) => listOwnDocuments(ports, actor, query),
});

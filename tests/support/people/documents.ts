import type { Document } from '../../../functions/documents/document-schema.ts';
import { seoulDay } from '../../../functions/seoul-day.ts';
import type { Answer } from '../clients/client.ts';
import type { Person } from './people.ts';
import { uploaded } from './vehicles.ts';

/** A day so many days from today, in Korea. */
export const dayIn = (days: number): string => seoulDay(Date.now(), days);

/** What a driver sends to hand in a licence, with an upload of its own. */
export const validDocument = async (operator: Person, overrides: Record<string, unknown> = {}) => ({
  kind: 'driver_licence',
  fileId: await uploaded(operator, 'document'),
  expiresOn: dayIn(365),
  ...overrides,
});

/** Hands in a document that must be taken. */
export const handedIn = async (operator: Person, overrides?: Record<string, unknown>): Promise<Document> =>
  expectStatus(201, await operator.post<Document>('/v1/me/documents', await validDocument(operator, overrides)));

/** A document that an admin has approved. */
export async function approved(
  admin: Person,
  operator: Person,
  overrides?: Record<string, unknown>,
): Promise<Document> {
  const { id } = await handedIn(operator, overrides);
  return expectStatus(200, await admin.post<Document>(`/v1/admin/documents/${id}/approve`));
}

function expectStatus<Body>(status: number, answer: Answer<Body>): Body {
  if (answer.status !== status) throw new Error(`expected ${status}: ${answer.status} ${answer.text}`);
  return answer.body;
}

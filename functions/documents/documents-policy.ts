import { listApprovedKinds } from '../../db/documents.ts';
import type { DocumentKind } from '../../db/documents.ts';
import type { Sql } from '../../db/engine/client.ts';
import type { accountRoles } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { seoulDay } from '../seoul-day.ts';

type Role = (typeof accountRoles)[number];

interface DocumentPolicy {
  /** Who may hand it in. */
  of: readonly Role[];
  /** Of whom it is needed. A driver drives for a carrier, and it is the carrier that is registered. */
  needed: readonly Role[];
  /** It says itself until when it is true. Another one may have a day as well, and then it counts. */
  ends: boolean;
  /** It may be about one vehicle. */
  ofVehicle: boolean;
}

/** What there is to know of each kind; what the law asks for changes here. */
export const documentPolicies = {
  driver_licence: { of: ['driver'], needed: ['driver'], ends: true, ofVehicle: false },
  business_registration: { of: ['driver', 'company'], needed: ['company'], ends: false, ofVehicle: false },
  transport_registration: { of: ['company'], needed: ['company'], ends: false, ofVehicle: false },
  mutual_aid_certificate: { of: ['driver', 'company'], needed: ['company'], ends: true, ofVehicle: true },
} as const satisfies Record<DocumentKind, DocumentPolicy>;

const policies: [DocumentKind, DocumentPolicy][] = Object.entries(documentPolicies) as [DocumentKind, DocumentPolicy][];

/** The kinds of which an operator of this role needs an approved one to be activated. */
export const requiredDocuments = (role: Role): DocumentKind[] =>
  policies.filter(([, { needed }]) => needed.includes(role)).map(([kind]) => kind);

/** Which of them an operator lacks at a moment: what was approved counts to the end of its last day in Korea. One statement. */
export async function missingDocuments(
  db: Sql,
  { id, role }: { id: AccountId; role: Role },
  at: string,
): Promise<DocumentKind[]> {
  const approved = await listApprovedKinds(db, id, seoulDay(at));
  return requiredDocuments(role).filter((kind) => !approved.has(kind));
}

/** How many days before the end of a document its operator is reminded, the last first. */
export const reminders = [1, 7, 30] as const;

/** For how many days after its end an operator may still send quotes. */
export const graceDays = 7;

/** An approved document that ended before this day keeps its operator from sending quotes. */
export const quotesNeedEndFrom = (at: string): string => seoulDay(at, -graceDays);

/** How far ahead an end may be, in days. */
export const endWithinDays = 50 * 365;

import { z } from '@hono/zod-openapi';
import { accountRoles } from '../../schema/accounts.ts';
import { documentKinds, documentStates } from '../../schema/documents.ts';
import type { DocumentId, FileId, VehicleId } from '../../schema/ids.ts';
import { idOf } from '../http/id.ts';
import { acrossFields, report } from '../http/validation.ts';
import { documentPolicies } from './documents-policy.ts';

interface Given {
  kind: (typeof documentKinds)[number];
  expiresOn?: string | undefined;
  vehicleId?: string | undefined;
}

function checkKind({ kind, expiresOn, vehicleId }: Given, context: z.RefinementCtx): void {
  const { ends, ofVehicle } = documentPolicies[kind];
  if (ends && expiresOn === undefined) report(context, 'end_missing', 'expiresOn');
  if (!ofVehicle && vehicleId !== undefined) report(context, 'kind_without_vehicle', 'vehicleId');
}

export const documentInput = z
  .strictObject({
    kind: z.enum(documentKinds),
    fileId: idOf<FileId>().openapi({ description: 'An upload for the purpose `document`.' }),
    expiresOn: z.iso.date().optional().openapi({ description: 'The last day on which it is true.' }),
    vehicleId: idOf<VehicleId>().optional().openapi({ description: 'Of a certificate of one vehicle.' }),
  })
  .superRefine(acrossFields(checkKind))
  .openapi('DocumentInput');

export type DocumentInput = z.output<typeof documentInput>;

/** A document as its operator sees it. */
export const documentSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(documentKinds),
    state: z.enum(documentStates),
    fileId: z.uuid().nullable().openapi({ description: 'Null once its bytes have been erased.' }),
    vehicleId: z.uuid().nullable(),
    expiresOn: z.string().nullable(),
    createdAt: z.string(),
    decidedAt: z.string().nullable(),
    decisionReason: z.string().nullable().openapi({ description: 'Why it was refused.' }),
  })
  .openapi('Document');

export type Document = z.infer<typeof documentSchema>;

/** A document as admins see it: with whose it is. */
export const registeredDocumentSchema = documentSchema
  .extend({ operator: z.object({ id: z.uuid(), displayName: z.string(), role: z.enum(accountRoles) }) })
  .openapi('RegisteredDocument');

export type RegisteredDocument = z.infer<typeof registeredDocumentSchema>;

export const documentIdParam = z.object({ documentId: idOf<DocumentId>() });

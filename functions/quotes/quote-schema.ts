import { z } from '@hono/zod-openapi';
import { accountRoles } from '../../schema/accounts.ts';
import type { QuoteId, VehicleId } from '../../schema/ids.ts';
import { orderAmenities, orderStates } from '../../schema/orders.ts';
import { busTypes, quoteInclusions, quoteStates } from '../../schema/quotes.ts';
import { distinct, prose, won } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { acrossFields, report } from '../http/validation.ts';

interface Prices {
  totalPrice: number;
  pricePerBus: number;
  buses: number;
}

function checkPrices({ totalPrice, pricePerBus, buses }: Prices, context: z.RefinementCtx): void {
  const together = pricePerBus * buses;
  if (pricePerBus > totalPrice) report(context, 'price_mismatch', 'pricePerBus');
  else if (totalPrice > together) report(context, 'total_above_buses', 'totalPrice');
  else if (totalPrice * 2 < together) report(context, 'total_below_half', 'totalPrice');
}

/**
 * What an operator sends to quote. Prices in whole won; a discount may make the total less than all buses together, but not less
 * than half. Whether there are seats for everyone is the verb's to check.
 */
export const quoteInput = z
  .strictObject({
    totalPrice: won.openapi({ description: 'KRW, for everything', example: 850_000 }),
    pricePerBus: won.openapi({ description: 'KRW', example: 850_000 }),
    buses: z.int().min(1).max(100),
    busType: z.enum(busTypes),
    includes: distinct(quoteInclusions).default([]).openapi({ description: 'What the total covers.' }),
    message: prose(1000).default(''),
    vehicleId: idOf<VehicleId>()
      .optional()
      .openapi({ description: 'One of my verified vehicles, or of my carrier’s, of this type.' }),
  })
  .superRefine(acrossFields(checkPrices))
  .openapi('QuoteInput');

export type QuoteInput = z.infer<typeof quoteInput>;

/** A quote as its operator, the order's customer and admins see it. */
export const quoteSchema = z
  .object({
    id: z.uuid(),
    orderId: z.uuid(),
    operator: z.object({
      id: z.uuid(),
      displayName: z.string(),
      role: z.enum(accountRoles),
      rating: z.number().nullable().openapi({ description: '1.0 to 5.0; null before the first review.' }),
      reviewCount: z.int(),
    }),
    carrier: z
      .object({ id: z.uuid(), displayName: z.string() })
      .nullable()
      .openapi({ description: "Of a driver's quote: the company with which the contract is made." }),
    state: z.enum(quoteStates),
    totalPrice: z.int(),
    pricePerBus: z.int(),
    buses: z.int(),
    busType: z.enum(busTypes),
    includes: z.array(z.enum(quoteInclusions)),
    message: z.string(),
    submittedAt: z.string(),
    decidedAt: z.string().nullable(),
    vehicle: z
      .object({
        id: z.uuid(),
        busType: z.enum(busTypes),
        model: z.string(),
        seats: z.int(),
        year: z.int(),
        amenities: z.array(z.enum(orderAmenities)),
        verified: z.boolean(),
      })
      .nullable()
      .openapi({ description: 'The bus that it names, as it is now; verified is what an admin has looked at.' }),
  })
  .openapi('Quote');

export type Quote = z.infer<typeof quoteSchema>;

/** A quote in its operator's own list: with the gist of its order. */
export const ownQuoteSchema = quoteSchema
  .extend({
    order: z.object({
      id: z.uuid(),
      state: z.enum(orderStates),
      departure: z.object({ name: z.string() }),
      arrival: z.object({ name: z.string() }),
      departureAt: z.string(),
    }),
  })
  .openapi('OwnQuote');

export type OwnQuote = z.infer<typeof ownQuoteSchema>;

export const quoteIdParam = z.object({ quoteId: idOf<QuoteId>() });

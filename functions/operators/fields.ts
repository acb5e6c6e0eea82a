import { z } from '@hono/zod-openapi';
import { distinct, line, prose } from '../http/fields.ts';
import { report, rule } from '../http/validation.ts';
import { isCompanyCode, normalCompanyCode } from '../text/company-code.ts';
import { regionCodes } from '../text/regions.ts';

/** Where an operator drives: the provinces, by their codes. */
export const regions = distinct(regionCodes);

/**
 * Any Korean number at which somebody is reached, as E.164: mobile, Seoul, the provinces, internet (070), safe numbers (050x), free
 * calls (080). A short service number (15xx to 18xx) has no international form that can be relied on: it is kept as it is dialled.
 */
export const contactPhone = z
  .string()
  .max(64)
  .transform((text, context) => {
    const found = normalContactPhone(text);
    if (found === undefined) report(context, 'contact_phone');
    return found ?? z.NEVER;
  })
  .openapi({ type: 'string', maxLength: 64, example: '02-312-3456' });

const national = [
  /^10\d{8}$/u,
  /^1[16-9]\d{7,8}$/u,
  /^2[2-9]\d{6,7}$/u,
  /^(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])[2-9]\d{6,7}$/u,
  /^50[2-8]\d{7,8}$/u,
  /^70[2-9]?\d{7,8}$/u,
  /^80\d{7,8}$/u,
];

function normalContactPhone(text: string): string | undefined {
  const digits = text
    .normalize('NFKC')
    .trim()
    .replace(/[\s\p{Cf}\p{Pd}().]/gu, '');
  const abroad = /^(?:(?:\+|00)82|82(?=\d{9}))0?/u.exec(digits);
  const rest = abroad ? digits.slice(abroad[0].length) : digits;
  if (/^1[5-8]\d{6}$/u.test(rest)) return rest;
  if (!abroad && !rest.startsWith('0')) return undefined;
  const number = abroad ? rest : rest.slice(1);
  return national.some((form) => form.test(number)) ? `+82${number}` : undefined;
}

/** The top of names that no public server has. */
const privateNames = /\.(?:local|localhost|internal|intranet|lan|home|corp|private|test|invalid|example|onion|arpa)$/u;

/**
 * A link to a video, which people follow and the product never does: https, a public name (no address of a network, nothing of a
 * house's own), no user, no other port.
 */
export const videoLink = z
  .string()
  .max(500)
  .transform((text, context) => {
    const found = normalVideoLink(text.trim());
    if (found === undefined) report(context, 'video_link');
    return found ?? z.NEVER;
  })
  .openapi({ type: 'string', format: 'uri', maxLength: 500 });

function normalVideoLink(text: string): string | undefined {
  // What a parser of addresses would drop in silence is no part of a link: line ends, tabs, backslashes.
  if (/[\s\p{Cc}\\]/u.test(text) || !/^https:\/\/[^/]/iu.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, username, password, port, hostname, href } = new URL(text);
  const isPublic = /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/u.test(hostname);
  const fits = protocol === 'https:' && username === '' && password === '' && port === '';
  return fits && isPublic && !privateNames.test(hostname) && href.length <= 500 ? href : undefined;
}

/** What a company's drivers name, in any usual writing. */
export const companyCode = z
  .string()
  .max(64)
  .transform(normalCompanyCode)
  .refine(isCompanyCode, rule('company_code'))
  .openapi({ type: 'string', maxLength: 64, example: 'ABCD-EF23' });

/** What an operator may change of its profile; null takes away what need not be there. */
export const profileFields = {
  introduction: prose(2000).optional(),
  serviceArea: line(100).optional(),
  regions: regions.optional().openapi({ description: 'Codes of GET /v1/regions.' }),
  videoLink: videoLink.nullable().optional(),
  garage: line(200).nullable().optional(),
  fleetSize: z.int().min(1).max(10_000).optional().openapi({ description: 'Of a company.' }),
  address: line(200).optional().openapi({ description: 'Of a company.' }),
  contactPhone: contactPhone.nullable().optional(),
  registrationNumber: line(40).nullable().optional().openapi({ description: 'Of a company, as a transport business.' }),
};

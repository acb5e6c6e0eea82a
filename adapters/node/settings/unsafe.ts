import { isAbsolute } from 'node:path';
import { commaList } from '../../shared/setting-forms.ts';
import type { Environment } from './secrets.ts';
import { trustsEverybody } from './trusted-proxies.ts';

/** What reads the settings: a process of that kind, or a command of the operator's. */
export type Reader = 'http' | 'chat' | 'single' | 'command';

/** A rule of production: what is wrong with these settings, or undefined. */
type Rule = (environment: Environment, reader: Reader) => string | undefined;

const forTests = 'is for tests alone';

/** What may be so while one tries things out, and harms people in production, by the setting that it is about. */
const rules: Record<string, Rule> = {
  KINGBUS_PUBLIC_ORIGIN: ({ KINGBUS_PUBLIC_ORIGIN: origin }) => {
    if (!origin) return 'has to be said in production: the address that people open';
    return /^https:/iu.test(origin)
      ? undefined
      : 'has to begin with https:// in production, or browsers keep no session';
  },
  KINGBUS_ALLOWED_ORIGINS: ({ KINGBUS_ALLOWED_ORIGINS: list }) =>
    commaList.parse(list).every(isTrustworthy) ? undefined : 'each has to begin with https:// in production',
  REDIS_URL: ({ REDIS_URL: url }, reader) =>
    url || (reader !== 'http' && reader !== 'chat')
      ? undefined
      : 'is needed where HTTP and chat are processes of their own (adapters/node/single.ts is both, and needs none)',
  KINGBUS_KEYS: ({ KINGBUS_KEYS: folder }) => requireAbsolute(folder),
  KINGBUS_FILES: ({ KINGBUS_FILES: place }) => (place?.startsWith('s3:') ? undefined : requireAbsolute(place)),
  KINGBUS_SMS_URL: ({ KINGBUS_SMS_URL: url }) =>
    !url || /^https:/iu.test(url) ? undefined : 'has to begin with https:// in production: codes travel there',
  KINGBUS_TRUSTED_PROXIES: ({ KINGBUS_TRUSTED_PROXIES: list }) =>
    trustsEverybody(commaList.parse(list)) ? 'trusts everybody: anyone could write the address of a client' : undefined,
  KINGBUS_QUERY_BUDGET: ({ KINGBUS_QUERY_BUDGET: budget }) =>
    budget === 'enforce' ? `enforce ${forTests}` : undefined,
  KINGBUS_STATEMENT_LOG: ({ KINGBUS_STATEMENT_LOG: file }) =>
    file ? `${forTests}: it writes down what people send` : undefined,
  KINGBUS_PASSWORD_COST: ({ KINGBUS_PASSWORD_COST: cost }) =>
    cost ? `${forTests}: it makes passwords cheap to guess` : undefined,
};

/** What is unsafe about settings for production, a line each, by the names of the settings. */
export function findUnsafe(environment: Environment, reader: Reader): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const fault = rule(environment, reader);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
}

const requireAbsolute = (folder: string | undefined): string | undefined =>
  folder && isAbsolute(folder)
    ? undefined
    : 'has to be an absolute path in production, or it depends on where a process was started';

/** What browsers call potentially trustworthy (W3C Secure Contexts): a page that nobody on the way has changed. */
const isTrustworthy = (origin: string): boolean =>
  /^(?:https:|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|\/|$))/iu.test(origin);

/** What a key may be made for: reading and writing apart, feature by feature. */
export const scopes = [
  'account:read',
  'orders:read',
  'orders:write',
  'quotes:read',
  'quotes:write',
  'rooms:read',
  'rooms:write',
  'operators:read',
  'operators:write',
  'files:read',
  'files:write',
] as const;

export type Scope = (typeof scopes)[number];

/** The feature of which a route is one, by its tag, as scopes name it. */
const features: Readonly<Record<string, string>> = {
  accounts: 'account',
  orders: 'orders',
  quotes: 'quotes',
  rooms: 'rooms',
  operators: 'operators',
  vehicles: 'operators',
  documents: 'operators',
  carriers: 'operators',
  files: 'files',
};

/** Why no key opens the routes of a tag. */
const closed: Readonly<Record<string, string>> = {
  sessions: 'Sessions belong to people who log in.',
  recovery: 'Whoever recovers an account is a person.',
  'api-keys': 'A key makes no keys, and ends none.',
  admin: 'What admins do, they do themselves.',
};

/** What of a route says who may call it by key. */
export interface Scoped {
  access: string;
  method: string;
  tags: readonly [string];
  /** Why no key opens this one, whatever its feature. */
  notByKey?: string | undefined;
}

/** What a key needs for a route; or why none opens it. Whatever nobody has thought of is closed. */
export function scopeOf({ access, method, tags, notByKey }: Scoped): { scope: Scope } | { closed: string } {
  const [tag] = tags;
  if (access === 'public' || access === 'webhook') return { closed: 'It asks nobody for a token.' };
  if (notByKey !== undefined) return { closed: notByKey };
  if (access === 'admin') return { closed: closed['admin'] as string };
  const why = closed[tag];
  if (why !== undefined) return { closed: why };
  const scope = `${features[tag] ?? tag}:${method === 'get' ? 'read' : 'write'}`;
  if (isScope(scope)) return { scope };
  if (tag === 'accounts') return { closed: 'Passwords, addresses and the account itself are changed by its owner.' };
  return { closed: 'No scope is for it yet.' };
}

const isScope = (text: string): text is Scope => (scopes as readonly string[]).includes(text);

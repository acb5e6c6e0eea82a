import type { Answer, Call, Client } from '../clients/client.ts';
import type { Route } from '../clients/routes.ts';
import type { Example } from './example.ts';
import type { Caller, People } from './people.ts';

/** Sends an example's request, or one that differs from it in what `instead` says. */
export const send = <Body = { code?: string } | undefined>(
  client: Client,
  { method }: Route,
  { path, body, form, headers }: Example,
  instead: Call & { path?: string } = {},
): Promise<Answer<Body>> =>
  client.call<Body>(instead.path ?? path, {
    method,
    ...(body && instead.raw === undefined && { body }),
    ...(form && { raw: formOf(form) }),
    ...instead,
    ...((headers || instead.headers) && { headers: { ...headers, ...instead.headers } }),
  });

/** `fetch` gives it its type, with a boundary. */
export function formOf(parts: Record<string, string | Blob>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return form;
}

/** Who calls as one of the people. */
export const callerOf = (people: People, { instead }: Example, caller: Caller): Client =>
  instead?.[caller] ?? people[caller];

/** What is read of an example's thing by whom it concerns. */
export const look = (people: People, { shows = [] }: Example) =>
  Promise.all(
    shows.map(async ([who, path]) => {
      const { status, body } = await (typeof who === 'string' ? people[who] : who).get(path);
      return { path, status, body };
    }),
  );

export const isGood = (status: number): boolean => status >= 200 && status < 300;

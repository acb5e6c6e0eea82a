import type { Client } from '../clients/client.ts';
import { callers } from './people.ts';
import type { Caller, People } from './people.ts';

/** One request that works, on a thing that is there, and who may make it. */
export interface Example {
  /** With real ids, and a query where one is needed. */
  path: string;
  /** What is sent as JSON. */
  body?: Record<string, unknown>;
  /** What is sent as a form in its place, in this order: the file comes last. */
  form?: Record<string, string | Blob>;
  headers?: Record<string, string>;
  /** Who may do it, whose it is first. */
  may: readonly [Caller, ...Caller[]];
  /** Who calls in the place of these, where the call changes who somebody is: nobody else is to meet that. */
  instead?: Partial<Record<Caller, Client>>;
  /** What the others are told whom the route's access admits; unless it stands here, `not_found`. */
  refusals?: Partial<Record<Caller, string>>;
  /** What shows the thing, and to whom: the same before a refusal and after it. Not needed where nothing is written. */
  shows?: readonly (readonly [Caller | Showing, path: string])[];
  /** Of a list: makes it show its first caller a dozen rows at least. */
  lengthen?: () => Promise<unknown>;
}

/** Whoever can read a path: one of the people, or someone whom the example made. */
export interface Showing {
  get(path: string): Promise<{ status: number; body: unknown }>;
}

/** Makes the thing anew each time, and gives the request for it. */
export type Prepare = (people: People) => Promise<Example>;

/** What `tests/<feature>/examples.ts` exports: for each route of the feature, by its name, `POST /v1/orders`. */
export type Examples = Record<string, Prepare>;

/** Rows that a list of an example has once it is lengthened. */
export const manyRows = 12;

/** Does something as often as a list needs rows. */
export async function manyTimes(act: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < manyRows; index++) await act(index);
}

export const everyone = callers;
/** Everyone who is logged in and may read what is theirs: an admin's power ends with a suspension at once. */
export const accounts = callers.filter((caller) => caller !== 'nobody' && caller !== 'suspendedAdmin') as [
  Caller,
  ...Caller[],
];
/** The same without those who are suspended: who may change what is theirs. */
export const standing = accounts.filter((caller) => !caller.startsWith('suspended')) as [Caller, ...Caller[]];
export const customers = ['customer', 'otherCustomer', 'suspendedCustomer'] as const;
export const operators = ['driver', 'otherDriver', 'company', 'pendingDriver', 'suspendedDriver'] as const;
export const activeOperators = ['driver', 'otherDriver', 'company'] as const;
/** What operators are told who are not active. */
export const notActive = { pendingDriver: 'operator_not_active', suspendedDriver: 'account_suspended' } as const;

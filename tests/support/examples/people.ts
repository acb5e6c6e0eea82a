import { Client } from '../clients/client.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../people/people.ts';
import type { Person } from '../people/people.ts';

/** Everyone who may call a route: one of each kind, and a second one where things belong to somebody. */
export const callers = [
  'customer',
  'otherCustomer',
  'suspendedCustomer',
  'pendingDriver',
  'driver',
  'otherDriver',
  'suspendedDriver',
  'company',
  'admin',
  'suspendedAdmin',
  'nobody',
] as const;

export type Caller = (typeof callers)[number];

export type People = Readonly<Record<Exclude<Caller, 'nobody'>, Person> & { nobody: Client }>;

/** All of them, once for a test file. Whoever is suspended has an access token that is still good. */
export async function gatherPeople(): Promise<People> {
  const admin = await newAdmin();
  const suspended = async (person: Person) => {
    const { status, text } = await admin.post(`/v1/admin/accounts/${person.id}/suspend`);
    if (status !== 200) throw new Error(`suspend: ${status} ${text}`);
    return person;
  };
  const [customer, otherCustomer, suspendedCustomer, company] = await Promise.all([
    newCustomer(),
    newCustomer(),
    newCustomer().then(suspended),
    newCompany(),
  ]);
  const [pendingDriver, driver, otherDriver, suspendedDriver, suspendedAdmin] = await Promise.all([
    newDriver({ active: false }),
    newDriver(),
    newDriver(),
    newDriver().then(suspended),
    newAdmin().then(suspended),
  ]);
  return {
    customer,
    otherCustomer,
    suspendedCustomer,
    pendingDriver,
    driver,
    otherDriver,
    suspendedDriver,
    company,
    admin,
    suspendedAdmin,
    nobody: new Client(),
  };
}

/** Some of them anew, for what changes who somebody is. */
export async function newPeople() {
  const [customer, otherCustomer, driver, otherDriver, company, pendingDriver, admin] = await Promise.all([
    newCustomer(),
    newCustomer(),
    newDriver(),
    newDriver(),
    newCompany(),
    newDriver({ active: false }),
    newAdmin(),
  ]);
  return { customer, otherCustomer, driver, otherDriver, company, pendingDriver, admin };
}

import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { playAdmission } from '../../local/demo/play-admission.ts';
import { playDeal } from '../../local/demo/play-deal.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { newAdmin, newCustomer, newDriver, password } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

const logIn = ({ account }: Person) => ({ name: account.displayName, username: account.username, password });

test('`npm run demo` has a company admitted and plays a whole deal with it, here in one process without Redis', async () => {
  const { REDIS_URL: _redis, ...environment } = productEnvironment(inject('databaseUrl'));
  const single = await startProduct(
    'adapters/node/single.ts',
    environment,
    join(testSettings().runFolder, 'single.log'),
  );
  const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
  const transcript: string[] = [];
  const print = (line: string) => transcript.push(line);
  const admitted = await playAdmission(single.origin, { admin: logIn(admin) }, print);
  const cast = { customer: logIn(customer), operators: [admitted, logIn(driver)] } as const;
  const { orderId } = await playDeal(single.origin, cast, print);

  const order = await customer.get<{ state: string }>(`/v1/orders/${orderId}`);
  expect(order.body.state).toBe('selected');
  const text = transcript.join('\n');
  expect(text).toContain('POST /v1/orders');
  expect(text).toContain('"type":"message"');
  expect(text).not.toContain(password);
  expect(text).not.toContain(admitted.password);
  expect(text).not.toMatch(/eyJ[\w-]{20}/u);
  expect(await single.stop()).toBe(0);
});

import { execa } from 'execa';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { connect } from '../../db/engine/connect.ts';
import { checkout } from '../../local/folder.ts';
import { systemAccountId } from '../../schema/ids.ts';
import { messages } from '../../schema/rooms.ts';
import { orders } from '../../schema/orders.ts';
import { quotes } from '../../schema/quotes.ts';
import { accounts } from '../../schema/accounts.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

const load = (databaseUrl: string, environment = 'development') =>
  execa(process.execPath, ['local/demo-data.ts'], {
    cwd: checkout,
    all: true,
    reject: false,
    env: {
      KINGBUS_ENV: environment,
      DATABASE_URL: databaseUrl,
      KINGBUS_KEYS: inject('keysDirectory'),
      KINGBUS_PASSWORD_COST: '4',
    },
  });

describe('the demo data', () => {
  it('loads once, however often it is asked, with every trip ahead', { timeout: 60_000 }, async () => {
    const { url, drop } = await createTestDatabase(inject('databaseUrl'));
    const db = connect(url, { connections: 2 });
    onTestFinished(async () => {
      await db.$client.close();
      await drop();
    });
    const count = async () => ({
      accounts: (await db.select().from(accounts)).filter(({ id }) => id !== systemAccountId).map(({ state }) => state),
      orders: (await db.select().from(orders)).length,
      quotes: (await db.select().from(quotes)).length,
      messages: (await db.select().from(messages)).length,
    });
    expect(await load(url)).toMatchObject({ exitCode: 0, all: '' });
    const first = await count();
    expect(first).toMatchObject({ accounts: first.accounts.map(() => 'active'), orders: 7, quotes: 5 });
    expect(first.messages).toBeGreaterThanOrEqual(5);
    for (const { departureAt, distanceKm } of await db.select().from(orders)) {
      expect(Date.parse(departureAt)).toBeGreaterThan(Date.now());
      expect(distanceKm).toBeGreaterThan(3);
    }
    expect(await load(url)).toMatchObject({ exitCode: 0, all: '' });
    expect(await count()).toEqual(first);
  });

  it('stays out of production', async () => {
    const { exitCode, all } = await load(inject('databaseUrl'), 'production');
    expect({ exitCode, all }).toEqual({ exitCode: 1, all: expect.stringContaining('not for production') });
  });
});

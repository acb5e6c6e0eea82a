import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import type { OpenApiDocument } from '../../functions/http/open-api.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { checkout } from '../../local/folder.ts';
import type { FileKey } from '../../schema/ids.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { copyCheckout, differences, follow, instructionsOf, run } from '../support/docs/worked-example.ts';
import { everywhere } from '../support/everywhere.ts';
import { formOf } from '../support/examples/request.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { register, validCompany, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

const instructions = instructionsOf(readFileSync(join(checkout, 'docs/adding-a-route.md'), 'utf8'));
const document = '버스가 고장 났습니다.';

describe('docs/adding-a-route.md, followed in a copy of the checkout', { timeout: 180_000 }, () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let connection: Connection;
  let product: ProductProcess;
  let customer: Person;
  let driver: Person;
  let otherDriver: Person;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-route-'));
    copyCheckout(folder);
    for (const instruction of instructions) await follow(folder, instruction);

    database = await createTestDatabase(testSettings().databaseUrl);
    await run(folder, 'node', ['adapters/node/cli.ts', 'migrate'], { DATABASE_URL: database.url });
    connection = await createConnection(database.url);
    const environment = {
      ...productEnvironment(database.url),
      KINGBUS_FILES: join(folder, '.kingbus/files'),
      // What other tests find there is of the schema as it is.
      KINGBUS_STATEMENT_LOG: '',
      // HTTP and chat in one process, with the bus in its memory.
      REDIS_URL: '',
    };
    product = await startProduct(join(folder, 'adapters/node/single.ts'), environment, join(folder, 'product.log'));
    customer = await register(validCustomer(), product.origin);
    [driver, otherDriver] = [await activeDriver(), await activeDriver()];
  }, 180_000);

  afterAll(async () => {
    await product?.stop();
    await connection?.end();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** All that is run of the copy, and the example of its route. */
  function compile(): Promise<void> {
    const example = ['tests/quotes/examples.ts', 'tests/support/servers/context.ts'];
    const include = ['functions', 'db', 'schema', 'client/*.ts', 'adapters/node', ...example];
    writeFileSync(join(folder, 'tsconfig.copy.json'), JSON.stringify({ extends: './tsconfig.json', include }));
    return run(folder, 'tsc', ['--noEmit', '-p', 'tsconfig.copy.json']);
  }

  async function activeDriver(): Promise<Person> {
    const person = await register(validCompany(), product.origin);
    await rows("update accounts set state = 'active' where id = ?", person.id);
    return person;
  }

  const rows = async (statement: string, ...values: string[]) =>
    (await connection.query<RowDataPacket[]>(statement, values))[0];

  const withdraw = (person: Person, { id }: { id: string }) =>
    person.call<Quote>(`/v1/quotes/${id}/withdraw`, { raw: formOf({ file: new Blob([document]) }) });

  it('changes the files of its feature, makes what it says, and touches nothing else', () => {
    const { changed, added } = differences(folder);
    const made = ['db/migrations/meta/_journal.json', 'docs/asyncapi.yaml', 'docs/states.md'];
    const named = instructions.flatMap((each) => (each.kind === 'change' ? [each.path] : []));
    expect(changed).toEqual([...made, ...named].toSorted());
    const isOfFeature = /^(?:(?:functions|tests)\/quotes\/|(?:db|schema)\/quotes\.ts$)/u;
    expect(named.filter((path) => !isOfFeature.test(path))).toEqual([]);
    expect(added.filter((path) => !path.startsWith('db/migrations/'))).toEqual(['functions/quotes/withdraw-quote.ts']);
  });

  // By the compiler and the linter, which take as long as all else here.
  it.runIf(everywhere)('compiles, and breaks no rule of the house', async () => {
    await compile();
    const files = differences(folder);
    const sources = [...files.changed, ...files.added].filter((path) => path.endsWith('.ts'));
    await run(folder, 'oxlint', sources);
    await run(folder, 'oxfmt', ['--check', ...sources]);
  });

  it('puts the step into the page of states, the event into the document of the chat, the route into that of HTTP', async () => {
    const states = readFileSync(join(folder, 'docs/states.md'), 'utf8');
    expect(states).toContain('| takeBack | submitted | withdrawn | operator | `quote_not_submitted` |');
    expect(readFileSync(join(folder, 'docs/asyncapi.yaml'), 'utf8')).toContain('const: quote_taken_back');
    const { body } = await new Client(undefined, product.origin).get<OpenApiDocument>('/openapi.json');
    expect(body.paths?.['/v1/quotes/{quoteId}/withdraw']?.post).toMatchObject({
      operationId: 'withdrawQuote',
      requestBody: { content: { 'multipart/form-data': {} } },
    });
  });

  it('withdraws a quote once, writes it down, tells the customer, and keeps the document', async () => {
    const quote = await quoted(driver, await placed(customer));
    const ears = await connectTo(chatUrlOf(product.origin), customer);
    expect(await withdraw(driver, quote)).toMatchObject({ status: 200, body: { id: quote.id, state: 'withdrawn' } });
    let heard: { event: string; quote?: string };
    do heard = await ears.next('event');
    while (heard.event !== 'quote_taken_back');
    expect(heard.quote).toBe(quote.id);
    await ears.close();

    expect(await withdraw(driver, quote)).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    expect(await rows('select action, actor_id from audit where subject_id = ?', quote.id)).toEqual([
      { action: 'quote.takeBack', actor_id: driver.id },
    ]);
    const [file] = await rows(
      'select files.* from files join quotes on quotes.withdrawal_file_id = files.id where quotes.id = ?',
      quote.id,
    );
    expect(file).toMatchObject({ owner_id: driver.id, state: 'ready', class: 'private' });
    const stored = await createDiskFiles(join(folder, '.kingbus/files')).open(file?.['key'] as FileKey);
    expect(await new Response(stored?.body).text()).toBe(document);
    expect(await rows('select state from files where owner_id = ? order by id', driver.id)).toEqual([
      { state: 'ready' },
      { state: 'pending' },
    ]);
  });

  it('knows of no quote of somebody else, and refuses what is decided or over, with the state', async () => {
    const order = await placed(customer);
    const [quote, late] = [await quoted(driver, order), await quoted(otherDriver, await placed(customer))];
    expect(await withdraw(otherDriver, quote)).toMatchObject(refusal(404, 'not_found'));
    await selected(customer, quote);
    expect(await withdraw(driver, quote)).toMatchObject({
      status: 409,
      body: { code: 'quote_not_submitted', state: 'selected' },
    });
    await rows("update orders set departure_at = '2020-01-01' where id = ?", late.orderId);
    expect(await withdraw(otherDriver, late)).toMatchObject({ status: 409, body: { state: 'expired' } });
  });

  it('lists my quotes by the kind of bus, alone and with their state', async () => {
    const operator = await activeDriver();
    const quote = async (busType: string) => quoted(operator, await placed(customer, { passengers: 20 }), { busType });
    const [older, newer] = [await quote('minibus_25'), await quote('minibus_25')];
    await quote('premium_28');
    await withdraw(operator, older);
    const list = async (query: string) =>
      (await operator.get<Page<Quote>>(`/v1/quotes?${query}`)).body.items.map(({ id }) => id);
    expect(await list('busType=minibus_25')).toEqual([newer.id, older.id]);
    expect(await list('busType=minibus_25&state=withdrawn')).toEqual([older.id]);
  });
});

// `npm run demo:chat [-- ADDRESS]`: an operator who answers on the chat page of a running `npm start`, so that one
// person alone can try it. Ends with Ctrl-C.
import { demoAccounts } from './demo-accounts.ts';
import { startScriptedOperator } from './demo/scripted-operator.ts';

const address =
  process.argv[2] ?? process.env['KINGBUS_PUBLIC_ORIGIN'] ?? `http://localhost:${process.env['KINGBUS_PORT'] ?? 8080}`;

try {
  const { origin } = new URL(address);
  await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => {
    throw new Error(`nothing answers at ${origin}. Run \`npm start\` first, in another terminal.`);
  });
  const [customer, driver] = demoAccounts;
  const operator = await startScriptedOperator({ origin, ...driver, print: (line) => console.log(`  ${line}`) });
  console.log(
    [
      `${operator.name} (${driver.username}) is online and answers. In a browser:`,
      '',
      `  ${origin}/chat`,
      `  log in as ${customer.username} with ${customer.password}, open the room, and write something.`,
      '',
      'Ctrl-C ends it.',
      '',
    ].join('\n'),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      operator.stop();
      process.exit(0);
    });
  }
} catch (error) {
  console.error(`The operator could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

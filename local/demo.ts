import { demoAccounts } from './demo-accounts.ts';
import { playAdmission } from './demo/play-admission.ts';
import { playDeal } from './demo/play-deal.ts';

/**
 * `npm run demo [-- ADDRESS]`: has a company admitted and plays a deal with it, against a running `npm start`, and prints what goes over
 * the wire.
 */
const address =
  process.argv[2] ?? process.env['KINGBUS_PUBLIC_ORIGIN'] ?? `http://localhost:${process.env['KINGBUS_PORT'] ?? 8080}`;

const print = (line: string) => console.log(line);

const account = (wanted: string) => {
  const found = demoAccounts.find(({ username }) => username === wanted);
  if (!found) throw new Error(`there is no demo account ${wanted}`);
  return found;
};

try {
  const origin = new URL(address).origin;
  await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => {
    throw new Error(`nothing answers at ${origin}. Run \`npm start\` first, in another terminal.`);
  });
  console.log(`KingBus at ${origin}.   → request   ← answer   ⇒ chat frame sent   ⇐ chat frame received`);
  const admitted = await playAdmission(origin, { admin: account('admin') }, print);
  const cast = { customer: account('minji'), operators: [admitted, account('hanbit_tour')] } as const;
  const { orderId } = await playDeal(origin, cast, print);
  console.log(`\nThe deal is done: order ${orderId} has its operator, and both have talked.`);
} catch (error) {
  console.error(`\nThe demonstration stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

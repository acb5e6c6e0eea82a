import { demoAccounts } from '../demo-accounts.ts';

/** What one wants to know once everything runs. */
export function announcement(origin: string, seconds: number): string {
  return [
    '',
    `KingBus runs at ${origin}   (ready after ${seconds} s; Ctrl-C stops it)`,
    '',
    ...announcedAccounts(),
    '',
    '  Try',
    `    ${origin}/chat   talk in the browser, as two people in two windows`,
    '    npm run demo:chat   an operator who answers there, in another terminal',
    `    ${origin}/docs   every route, with its fields`,
    '    npm run demo   a trip from the first quote to the chat, in another terminal',
    `    ${logInCommand(origin)}`,
    '',
  ].join('\n');
}

/** The demo log-ins, a line each. */
export function announcedAccounts(): string[] {
  const shown = (['customer', 'driver', 'admin'] as const).flatMap(
    (role) => demoAccounts.find((each) => each.role === role) ?? [],
  );
  const width = Math.max(...shown.map(({ username }) => username.length));
  const passwordWidth = Math.max(...shown.map(({ password }) => password.length));
  return [
    '  Log in as',
    ...shown.map(
      ({ role, username, password, name }) =>
        `    ${role.padEnd(8)}  ${username.padEnd(width)}  ${password.padEnd(passwordWidth)}  ${name}`,
    ),
  ];
}

/** Logs the demo customer in from a shell. */
export function logInCommand(origin: string): string {
  const [{ username, password }] = demoAccounts;
  const body = JSON.stringify({ username, password });
  return `curl -s ${origin}/v1/sessions -H 'Content-Type: application/json' -d '${body}'`;
}

import { demoAccounts } from '../demo-accounts.ts';

const usualOrigin = 'http://localhost:8080';

/**
 * What one wants to know once everything runs.
 *
 * @param where how it runs: "KingBus runs at"
 */
export function announcement(where: string, origin: string, seconds: number): string {
  // The other commands look at the usual address unless they are told.
  const there = origin === usualOrigin ? '' : ` -- ${origin}`;
  return [
    '',
    `${where} ${origin}   (ready after ${seconds} s; Ctrl-C stops it)`,
    '',
    ...accounts(),
    '',
    '  Try',
    `    ${origin}/chat   talk in the browser, as two people in two windows`,
    `    npm run demo:chat${there}   an operator who answers there, in another terminal`,
    `    ${origin}/docs   every route, with its fields`,
    `    npm run demo${there}   a trip from the first quote to the chat, in another terminal`,
    `    ${logInCommand(origin)}`,
    '',
  ].join('\n');
}

/** The demo log-ins, a line each. */
function accounts(): string[] {
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
function logInCommand(origin: string): string {
  const [{ username, password }] = demoAccounts;
  const body = JSON.stringify({ username, password });
  return `curl -s ${origin}/v1/sessions -H 'Content-Type: application/json' -d '${body}'`;
}

import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { connect } from '../../db/engine/connect.ts';
import { adminInput, createAdmin } from '../../functions/accounts/create-admin.ts';
import { Problem } from '../../functions/http/problems.ts';
import { fieldErrors } from '../../functions/http/validation.ts';
import { createNewId } from '../../functions/new-id.ts';
import { leaveToOutbox } from '../shared/leave-to-outbox.ts';
import { createPasswords } from '../shared/passwords.ts';
import { systemClock } from '../shared/system-clock.ts';
import { readConfig } from './config.ts';

/**
 * Makes an admin, for whoever runs the servers:
 *
 *   KINGBUS_ADMIN_USERNAME=... KINGBUS_ADMIN_EMAIL=... KINGBUS_ADMIN_PHONE=010-... KINGBUS_ADMIN_NAME=... \
 *     node adapters/node/create-admin.ts < password-file
 *
 * The password comes on standard input: arguments and environments are seen by others.
 */
const { env } = process;
const sent = {
  username: env['KINGBUS_ADMIN_USERNAME'],
  email: env['KINGBUS_ADMIN_EMAIL'],
  phone: env['KINGBUS_ADMIN_PHONE'],
  displayName: env['KINGBUS_ADMIN_NAME'],
  password: (await text(process.stdin)).replace(/\r?\n$/u, ''),
};
const input = adminInput.safeParse(sent);
if (input.success) await create(input.data);
else fail(input.error.issues.flatMap((issue) => fieldErrors(issue, sent, 'en')));

async function create(admin: z.infer<typeof adminInput>): Promise<void> {
  const config = readConfig(env);
  const db = connect(config.databaseUrl, { connections: 2 });
  try {
    const passwords = createPasswords(config.passwordCost);
    const { id, username } = await createAdmin(
      { db, passwords, clock: systemClock, newId: createNewId(systemClock.now), delivery: leaveToOutbox },
      admin,
    );
    process.stdout.write(`${username} is an admin now (${id}).\n`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fail([{ pointer: `/${error.code.replace('_taken', '')}`, detail: 'It is taken.' }]);
  } finally {
    await db.$client.close();
  }
}

/** Names what is wrong, by the variable that it came from; never a value. */
function fail(errors: { pointer: string; detail: string }[]): void {
  const sources: Record<string, string> = {
    '/username': 'KINGBUS_ADMIN_USERNAME',
    '/email': 'KINGBUS_ADMIN_EMAIL',
    '/phone': 'KINGBUS_ADMIN_PHONE',
    '/displayName': 'KINGBUS_ADMIN_NAME',
    '/password': 'the password on standard input',
  };
  for (const { pointer, detail } of errors) process.stderr.write(`${sources[pointer] ?? pointer}: ${detail}\n`);
  process.exitCode = 1;
}

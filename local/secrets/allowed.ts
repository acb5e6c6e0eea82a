import type { Finding } from './scan.ts';

/** What looks like a secret and is none: the file, the text, or a part of it, and why. */
export const allowed: readonly { file: string; text: string; why: string }[] = [
  {
    file: 'tests/support/servers/s3-server.ts',
    text: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    why: 'the example of the documentation of AWS, for a storage that a test runs',
  },
  {
    file: 'tests/db/engine/database-url.test.ts',
    text: 'mysql://k%40corp:p%3A%2F%40@db/kingbus',
    why: 'an address that is taken apart, of a database that there is not',
  },
  {
    file: 'tests/local/start.test.ts',
    text: 'mysql://someone:pass-word@127.0.0.1:1/kingbus',
    why: 'an address where nobody listens',
  },
  {
    file: 'tests/operators/fields.test.ts',
    text: 'https://user:secret@youtu.be/x',
    why: 'a link that is refused, since it names a password',
  },
];

/** This list repeats what it allows. */
const ourselves = 'local/secrets/allowed.ts';

export const isAllowed = ({ file, text }: Finding): boolean =>
  allowed.some((each) => (each.file === file || file === ourselves) && text.includes(each.text));

import { announcedAccounts, logInCommand } from './announce.ts';

/** What one wants to know once the Worker runs. */
export function edgeAnnouncement(origin: string, seconds: number): string {
  return [
    '',
    `KingBus runs at the edge, on this machine: ${origin}   (ready after ${seconds} s; Ctrl-C stops it)`,
    '',
    ...announcedAccounts(),
    '',
    '  Try',
    `    ${origin}/docs   every route, with its fields; all of them work here`,
    `    ${logInCommand(origin)}`,
    '',
    '  Not here yet: the chat socket (/ws) and files, which come to the edge with work of their own.',
    '  Messages are sent and read by HTTP; `npm start`, afterwards and on the same data, shows them in the chat.',
    '',
  ].join('\n');
}

/**
 * The ids of messages that no client names: each has a space, which no client's id may have (`clientMessageId`), so that the two
 * never meet. Whatever writes to a log in nobody's name takes its id from here.
 */
export const ownMessageIds = {
  /** Of a deletion over HTTP, which has no id of its own: a second one of the same message is the first one again. */
  deletion: (seq: number): string => `delete ${seq}`,
  /** Of what a room is told of an event: told again, it is not doubled. */
  event: (eventId: string): string => `system ${eventId}`,
};

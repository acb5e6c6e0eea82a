/** A hint as it travels through Redis: every publisher writes it so, and every subscriber reads it so. */

/** The channel of a topic. */
export const channelOf = (topic: string): string => `kingbus:${topic}`;

export const topicOf = (channel: string): string => channel.slice('kingbus:'.length);

/** A payload behind the id of the process that publishes it (a UUID), by which that process knows its own echo. */
export const encodeHint = (publisher: string, payload: string): string => publisher + payload;

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/** Undefined where it is none of ours: others may publish on the same Redis. */
export function decodeHint(message: string): { publisher: string; payload: string } | undefined {
  const publisher = message.slice(0, 36);
  return uuid.test(publisher) ? { publisher, payload: message.slice(36) } : undefined;
}

/** A hint as it travels through Redis: every publisher writes it so, and every subscriber reads it so. */

/** The channel of a topic. */
export const channelOf = (topic: string): string => `kingbus:${topic}`;

export const topicOf = (channel: string): string => channel.slice('kingbus:'.length);

/** A payload behind the id of the process that publishes it (a UUID), by which that process knows its own echo. */
export const encodeHint = (publisher: string, payload: string): string => publisher + payload;

export const decodeHint = (message: string): { publisher: string; payload: string } => ({
  publisher: message.slice(0, 36),
  payload: message.slice(36),
});

/** How to open a socket at each server, and what to make of what it says. */
export interface Dialect {
  path: (visitor: Visitor) => string;
  headers: (visitor: Visitor) => Record<string, string>;
  /** What a delivered message's text begins with. */
  delivery: Buffer;
  /** Whether a socket is ready as soon as it is open. */
  readyAtOnce?: true;
  /** Any other text: what to answer, and whether the socket is now ready to get messages. */
  hear?: (text: string, visitor: Visitor) => { send?: string; ready?: boolean };
}

export interface Visitor {
  /** The room's number at the servers that are compared; the product asks MariaDB. */
  room: number;
  /** An access token of the product. */
  token?: string;
  /** Whether messages are asked for; a connection that only sends gets none. */
  listens: boolean;
}

export type DialectName = 'kingbus' | 'bare' | 'socket.io';

const messageFrame = Buffer.from('{"type":"message"');

export const dialects: Record<DialectName, Dialect> = {
  kingbus: {
    path: () => '/ws',
    headers: ({ token }) => ({ Authorization: `Bearer ${token}` }),
    delivery: messageFrame,
    hear: (text, { listens }) =>
      text.startsWith('{"type":"ready"') ? { ready: true, ...(listens && { send: '{"type":"sync"}' }) } : {},
  },
  bare: {
    path: ({ room }) => `/?room=${room}`,
    headers: () => ({}),
    delivery: messageFrame,
    readyAtOnce: true,
  },
  // https://socket.io/docs/v4/engine-io-protocol/ : 0 open, 2 ping, 3 pong, 40 connect, 42 event
  'socket.io': {
    path: ({ room }) => `/socket.io/?EIO=4&transport=websocket&room=${room}`,
    headers: () => ({}),
    delivery: Buffer.from('42'),
    hear(text) {
      if (text.startsWith('0{')) return { send: '40' };
      if (text === '2') return { send: '3' };
      return text.startsWith('40') ? { ready: true } : {};
    },
  },
};

// A process that holds the sockets of many clients. Nobody measures it.
import { answerCalls } from './calls.ts';
import type { CloseRequest, ExpectRequest, OpenRequest, SendRequest } from './crowd.ts';
import { dialects } from './dialects.ts';
import type { Dialect, Visitor } from './dialects.ts';
import { WireSocket } from './wire-socket.ts';

interface Group {
  sockets: WireSocket[];
  delivered: number;
  acknowledged: number;
  lost: string | undefined;
  /** Looks whether what was expected is there. */
  check: () => void;
}

/** Handshakes under way at once. */
const width = 64;
const groups = new Map<string, Group>();
const acknowledgement = Buffer.from('{"type":"ack"');

answerCalls({
  async open({ group: name, dialect, port, visitors }: OpenRequest) {
    const group: Group = { sockets: [], delivered: 0, acknowledged: 0, lost: undefined, check: () => {} };
    groups.set(name, group);
    let next = 0;
    const opener = async () => {
      for (let index = next++; index < visitors.length; index = next++) {
        group.sockets[index] = await enter(group, dialects[dialect], port, visitors[index] as Visitor);
      }
    };
    await Promise.all(Array.from({ length: width }, opener));
  },
  /** Answers when the group has got as many messages and acknowledgements, counted from its opening. */
  expect({ group: name, delivered, acknowledged = 0 }: ExpectRequest): Promise<void> {
    const group = groups.get(name) as Group;
    return new Promise((resolve, reject) => {
      group.check = () => {
        if (group.lost !== undefined) reject(new Error(`${name}: ${group.lost}`));
        else if (group.delivered >= delivered && group.acknowledged >= acknowledged) resolve();
      };
      group.check();
    });
  },
  counts(name: string): { delivered: number; acknowledged: number } {
    const { delivered, acknowledged } = groups.get(name) as Group;
    return { delivered, acknowledged };
  },
  send({ group, socket, text }: SendRequest) {
    groups.get(group)?.sockets[socket]?.send(text);
  },
  close(name: CloseRequest) {
    for (const socket of groups.get(name)?.sockets ?? []) socket.close();
    groups.delete(name);
  },
});

process.on('disconnect', () => process.exit());
console.log(JSON.stringify({ msg: 'listening' }));

async function enter(group: Group, dialect: Dialect, port: number, visitor: Visitor): Promise<WireSocket> {
  const ready = Promise.withResolvers<void>();
  const { delivery, hear } = dialect;
  const socket = await WireSocket.open({
    port,
    path: dialect.path(visitor),
    headers: dialect.headers(visitor),
    onText(payload, self) {
      if (startsWith(payload, delivery)) {
        group.delivered++;
        return group.check();
      }
      if (startsWith(payload, acknowledgement)) {
        group.acknowledged++;
        return group.check();
      }
      const text = payload.toString();
      if (text.startsWith('{"type":"error"')) group.lost = text;
      const { send, ready: isReady } = hear?.(text, visitor) ?? {};
      if (send !== undefined) self.send(send);
      if (isReady) ready.resolve();
    },
    onClose(reason) {
      group.lost ??= reason;
      ready.reject(new Error(reason));
      group.check();
    },
  });
  if (dialect.readyAtOnce) ready.resolve();
  await ready.promise;
  return socket;
}

const startsWith = (payload: Buffer, beginning: Buffer): boolean =>
  payload.length >= beginning.length && beginning.compare(payload, 0, beginning.length) === 0;

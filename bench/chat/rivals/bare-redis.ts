// The loop of rivals/bare.ts behind Redis, as one would write it by hand for more processes than one: a channel a room,
// the text as it came, to every socket. Two of these: one says, the other is measured.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { answerCalls } from '../../support/calls.ts';
import { makeAtPace } from '../../support/pace.ts';
import type { Say } from './say.ts';

const publisher = new Redis(process.env['REDIS_URL'] ?? '');
const subscriber = publisher.duplicate();
const rooms = new Map<string, WebSocket[]>();
subscriber.on('message', (room: string, text: string) => {
  for (const socket of rooms.get(room) ?? []) socket.send(text);
});

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, clientTracking: false });
server.on('connection', (socket, request) => {
  const room = `bench-${new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('room')}`;
  const sockets = rooms.get(room);
  if (sockets !== undefined) return void sockets.push(socket);
  rooms.set(room, [socket]);
  void subscriber.subscribe(room);
});

answerCalls({
  say: ({ count, pace, text, rooms: among }: Say) =>
    makeAtPace(count, pace, (index) => void publisher.publish(`bench-${index % among}`, text)),
});

process.on('disconnect', () => process.exit());
await once(server, 'listening');
console.log(JSON.stringify({ msg: 'listening', port: (server.address() as AddressInfo).port }));

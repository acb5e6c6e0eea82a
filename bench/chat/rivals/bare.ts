// What nobody can undercut with the public API of `ws`: sockets in arrays, one text, and a loop of `send`. No Redis, no
// log, no order, no slow consumers.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { answerCalls } from '../../support/calls.ts';
import { makeAtPace } from '../../support/pace.ts';
import type { Say } from './say.ts';

const rooms: WebSocket[][] = [];
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, clientTracking: false });
server.on('connection', (socket, request) => {
  const room = Number(new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('room'));
  (rooms[room] ??= []).push(socket);
});

answerCalls({
  say: ({ count, pace, text, rooms: among }: Say) =>
    makeAtPace(count, pace, (index) => {
      for (const socket of rooms[index % among] as WebSocket[]) socket.send(text);
    }),
});

process.on('disconnect', () => process.exit());
await once(server, 'listening');
console.log(JSON.stringify({ msg: 'listening', port: (server.address() as AddressInfo).port }));

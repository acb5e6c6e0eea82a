// Socket.IO 4 with its Redis adapter, as its documentation sets it up. Two of these: one says, the other is measured.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { answerCalls } from '../../support/calls.ts';
import { makeAtPace } from '../../support/pace.ts';
import type { Say } from './say.ts';

const publisher = new Redis(process.env['REDIS_URL'] ?? '');
const http = createServer();
const io = new Server(http, { adapter: createAdapter(publisher, publisher.duplicate()), transports: ['websocket'] });
io.on('connection', (socket) => socket.join(`room-${String(socket.handshake.query['room'])}`));

answerCalls({
  say({ count, pace, text, rooms }: Say) {
    const { type: _type, ...message } = JSON.parse(text) as Record<string, unknown>;
    return makeAtPace(count, pace, (index) => io.to(`room-${index % rooms}`).emit('message', message));
  },
});

process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1');
await once(http, 'listening');
console.log(JSON.stringify({ msg: 'listening', port: (http.address() as AddressInfo).port }));

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Listens at TCP and UDP ports, of IPv4 and IPv6, says `ready`, and answers whatever comes: `listener.ts TCP,TCP… UDP,UDP…`. */
const [tcp, udp] = process.argv.slice(2).map((list) => list.split(',').filter(Boolean).map(Number));
for (const port of tcp ?? []) {
  // Whoever knocked may have gone.
  const server = createServer((socket) => socket.on('error', () => {}).end('here'));
  server.listen(port, '::');
  await once(server, 'listening');
}
for (const port of udp ?? []) {
  const socket = createSocket({ type: 'udp6', ipv6Only: false });
  socket.on('message', (_, { port: from, address }) => socket.send('here', from, address));
  socket.bind(port, '::');
  await once(socket, 'listening');
}
process.stdout.write('ready\n');

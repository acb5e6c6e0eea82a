import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';

/** Knocks at ports until each answers: `knock.ts ADDRESS tcp/22 udp/443 …` prints `tcp/22 open`, or the code of what refused it. */
const [address = '', ...doors] = process.argv.slice(2);
await Promise.all(
  doors.map(async (door) => {
    const [kind, port] = door.split('/');
    const knocked = kind === 'tcp' ? knockByConnection(Number(port)) : knockByDatagram(Number(port));
    const outcome = await knocked.then(
      () => 'open',
      (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
    );
    process.stdout.write(`${door} ${outcome}\n`);
  }),
);
process.exit();

async function knockByConnection(port: number): Promise<void> {
  await once(connect(port, address), 'connect');
}

async function knockByDatagram(port: number): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.connect(port, address);
  await once(socket, 'connect');
  socket.send('?');
  await once(socket, 'message');
}

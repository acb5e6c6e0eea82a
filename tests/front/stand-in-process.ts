import { startStandIn } from './stand-ins.ts';

/** A stand-in as a process of its own, for another network than ours: `stand-in-process.ts PORT` says `ready`. */
await startStandIn('http', Number(process.argv[2]));
process.stdout.write('ready\n');

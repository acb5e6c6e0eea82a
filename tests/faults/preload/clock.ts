import { readFileSync } from 'node:fs';

/** Loaded before the product: its clock runs as far from the real one as a file says, in milliseconds. */
const file = process.env['FAULTS_CLOCK'] ?? '';
const realNow = Date.now;
let offset = 0;

function look(): void {
  offset = Number(readFileSync(file, 'utf8')) || 0;
}

look();
setInterval(look, 100).unref();
Date.now = () => realNow() + offset;

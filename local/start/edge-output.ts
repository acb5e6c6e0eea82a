import { stripVTControlCharacters } from 'node:util';
import { prettyFactory } from 'pino-pretty';

/** Lines of wrangler's that tell a newcomer nothing, or what our own log tells too. What follows one indented goes with it. */
const noise: readonly RegExp[] = [
  // That it listens, which our announcement says when it is true, and at the address that counts.
  /^\[wrangler:info\] (?:R|Updated and r)eady on /u,
  // Each request: the log of its statements names those that ran any.
  /^\[wrangler:info\] [A-Z]+ \/\S* \d{3} /u,
  // Nothing here waits for the hourly clean-up.
  /^(?:▲ )?\[WARNING\] Scheduled Workers are not automatically triggered/u,
];

/** Addresses within workerd's binary. */
const frames = /^\s*stack: (?:\S+@[0-9a-f]+ ?)+$/u;

/** A line of the Worker's log, which wrangler takes for a message of its own when it warns. */
const logLine = /^(?:[▲✘X] )?(?:\[(?:WARNING|ERROR)\] )?(?<json>\{.*\})$/u;

/**
 * Makes what turns the output of `wrangler dev` into what people read: the Worker's log as on Node (adapters/node/log.ts),
 * wrangler's errors and warnings as they are, nothing that is noise. Text may come in any pieces, and goes on in whole lines.
 */
export function readableEdge({ colour }: { colour: boolean }): (text: string) => string {
  const pretty = prettyFactory({
    colorize: colour,
    ignore: 'pid,hostname,name',
    translateTime: 'SYS:HH:MM:ss.l',
  });
  let rest = '';
  let skipping = false;

  function shown(line: string): string {
    const plain = stripVTControlCharacters(line).trimEnd();
    if (plain === '' || frames.test(plain)) return '';
    skipping = noise.some((each) => each.test(plain)) || (skipping && /^\s/u.test(plain));
    if (skipping) return '';
    const values = parsed(logLine.exec(plain)?.groups?.['json']);
    return values === undefined ? `${colour ? line : plain}\n` : pretty(values);
  }

  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return lines.map(shown).join('');
  };
}

/** The values of a log line; undefined for any other text. */
function parsed(text: string | undefined): object | undefined {
  try {
    const values: unknown = JSON.parse(text ?? '');
    return typeof values === 'object' && values !== null && 'msg' in values ? values : undefined;
  } catch {
    return undefined;
  }
}

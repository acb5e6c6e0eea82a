/** Where the transcript goes: a line at a time. */
export type Print = (line: string) => void;

/** A heading of the story, in both languages. */
export function chapter(print: Print, korean: string, english: string): void {
  print('');
  print(`■ ${korean}  (${english})`);
}

/** One exchange or frame: who, which way, what; long values are shortened, tokens never shown. */
export function line(print: Print, who: string, sign: string, text: string): void {
  print(`  ${who.padEnd(6, '　')} ${sign} ${text.length > 220 ? `${text.slice(0, 219)}…` : text}`);
}

/** A body as it is printed: without the secrets of log-ins. */
export function withoutSecrets(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (/token$|^password$/iu.test(key) ? '***' : each)) ?? 'null',
  );
}

import { hash } from './random.ts';

/** What a device writes is named by its number and the device's: 1, 2, 3 ... */
export const idOf = (device: number, number: number): string => `${device}-${number}`;

export function numbersOf(id: string): [device: number, number: number] {
  const [device, number] = id.split('-');
  return [Number(device), Number(number)];
}

const words = '안녕하세요, 정시에 출발합니다 🚌 the bus leaves at nine from the usual place. "인용"\n새 줄\\ ';
const text = words.repeat(80);

/** The text of a message or of an edit, the same whenever it is asked for: mostly a line, seldom a page. It begins with its id. */
export function bodyOf(id: string): string {
  const chance = hash(id);
  const length = chance % 200 === 0 ? 2_000 + (chance % 1_900) : 10 + (chance % 150);
  const slice = text.slice(chance % words.length, (chance % words.length) + length);
  // Half a character may stand at either end.
  return `${id} ${slice.toWellFormed().replaceAll('\uFFFD', '')}`.trimEnd();
}

/** Which message or edit a text is of, if of any. */
export function idOfBody(body: string): string | undefined {
  const id = body.slice(0, body.indexOf(' '));
  return /^\d+-\d+$/u.test(id) && body === bodyOf(id) ? id : undefined;
}

import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { runProgram } from '../../adapters/node/cli/program.ts';
import { blocksOf, commandsOf, pages } from '../deploy/runbook/pages.ts';
import { steps } from '../deploy/runbook/steps.ts';

const [english, korean] = pages;
const typed = new Set(steps.map(({ types }) => types));

test('the runbook has the same commands in both languages, in the same order', () => {
  expect(commandsOf(korean)).toEqual(commandsOf(english));
});

test.each(pages)('every command of %s is typed by a test (tests/deploy/machine/runbook.test.ts)', (page) => {
  expect(commandsOf(page).filter((command) => !typed.has(command))).toEqual([]);
});

test('the commands of a block are typed one after another, as they stand', () => {
  const order = steps.map(({ types }) => types);
  const standsSo = (block: string[]) =>
    order.some((_types, from) => block.every((command, index) => order[from + index] === command));
  expect(blocksOf(english).filter((block) => !standsSo(block))).toEqual([]);
});

test('no test types what the runbook does not have', () => {
  const told = new Set(commandsOf(english));
  expect([...typed].filter((command) => !told.has(command))).toEqual([]);
});

/** The words before the first option or argument. */
const ours = [...typed]
  .map((command) => command.match(/^kingbus ((?:[a-z][a-z-]* ?)+)(?: |$)/u)?.[1]?.trim())
  .filter((words) => words !== undefined);

test.each([...new Set(ours)])('kingbus %s is a command that there is', async (words) => {
  let said = '';
  const say = (text: string) => void (said += text);
  const name = words.split(' ');
  const terminal = { environment: {}, stdin: Readable.from([]), out: say, err: say };
  expect(await runProgram([...name, '--help'], terminal)).toBe(0);
  // The help of a group, or of everything, means that the next word is no command; what follows a command are its arguments.
  expect(said).not.toContain('[command]');
  const usage = said.match(/^Usage: kingbus (.*?) \[options\]/mu)?.[1];
  expect(`${words} `.startsWith(`${usage} `)).toBe(true);
});

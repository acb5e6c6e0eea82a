import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../../local/folder.ts';

/** Something that a page says to do. */
type Instruction =
  | { kind: 'new file'; path: string; text: string }
  | { kind: 'change'; path: string; text: string }
  | { kind: 'command'; words: string[] };

/**
 * What a page says to do, in its order: a block of code that names a file is that file, a `diff` of a file changes it, and each
 * line of `sh` is a command.
 */
export function instructionsOf(page: string): Instruction[] {
  const blocks = page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gmsu);
  return Array.from(blocks).flatMap(([, language, path, text = '']): Instruction[] => {
    if (language === 'sh') return lines(text).map((line) => ({ kind: 'command', words: line.split(' ') }));
    if (path === undefined) throw new Error(`a block of ${language} names no file:\n${text}`);
    return [{ kind: language === 'diff' ? 'change' : 'new file', path, text }];
  });
}

/** What is of the product in a checkout, and what the commands of a page need. */
const parts = [
  'adapters',
  'client',
  'db',
  'docs',
  'functions',
  'local',
  'schema',
  'tests',
  '.oxlintrc.json',
  '.oxfmtrc.json',
  'drizzle.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Copies the checkout, but for its packages, which both share. */
export function copyCheckout(folder: string): void {
  for (const part of parts) cpSync(join(checkout, part), join(folder, part), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
}

/** The files of the copy that the checkout has otherwise, and those that it has not. */
export function differences(folder: string): { changed: string[]; added: string[] } {
  const filesIn = (root: string) =>
    globSync(
      parts.flatMap((part) => [part, `${part}/**/*.*`]),
      { cwd: root, withFileTypes: true },
    )
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  const before = new Set(filesIn(checkout));
  const differs = (path: string) => !readFileSync(join(folder, path)).equals(readFileSync(join(checkout, path)));
  const now = filesIn(folder).toSorted();
  return {
    changed: now.filter((path) => before.has(path) && differs(path)),
    added: now.filter((path) => !before.has(path)),
  };
}

export async function follow(folder: string, instruction: Instruction): Promise<void> {
  switch (instruction.kind) {
    case 'new file': {
      const file = join(folder, instruction.path);
      mkdirSync(dirname(file), { recursive: true });
      return writeFileSync(file, instruction.text, { flag: 'wx' });
    }
    case 'change': {
      const file = join(folder, instruction.path);
      return writeFileSync(file, changed(readFileSync(file, 'utf8'), instruction));
    }
    case 'command': {
      const [command = '', ...words] = instruction.words;
      await run(folder, command, words);
    }
  }
}

/** Runs a command in the copy. @throws Error with all that it printed, where it fails */
export async function run(folder: string, command: string, words: string[], environment = {}): Promise<void> {
  const path = `${dirname(process.execPath)}:${join(folder, 'node_modules/.bin')}:${process.env['PATH']}`;
  const env = { ...process.env, PATH: path, npm_config_update_notifier: 'false', ...environment };
  await promisify(execFile)(command, words, { cwd: folder, env }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${[command, ...words].join(' ')}\n${error.stdout}${error.stderr}`);
  });
}

/** A file after a diff without line numbers: the lines of each part are in it once, and `@@` stands between two parts. */
function changed(file: string, { path, text }: { path: string; text: string }): string {
  let result = file;
  for (const part of text.split(/^@@\n/mu)) {
    const linesWith = (marks: string) =>
      lines(part)
        .filter((line) => marks.includes(line[0] ?? ' '))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const [before, after] = [linesWith(' -'), linesWith(' +')];
    const [head, tail, ...more] = `\n${result}`.split(`\n${before}`);
    if (head === undefined || tail === undefined || more.length > 0) {
      throw new Error(`${path} has these lines ${more.length === 0 ? 'nowhere' : 'more than once'}:\n${before}`);
    }
    result = `${head}\n${after}${tail}`.slice(1);
  }
  return result;
}

const lines = (text: string): string[] => text.replace(/\n$/u, '').split('\n');

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { execa } from 'execa';
import { checkout } from '../folder.ts';

/** Something that looks like a secret, without the secret itself. */
export interface Finding {
  /** Where it stands, or stood. */
  file: string;
  line: number;
  /** The rule's name: `@secretlint/secretlint-rule-aws`. */
  rule: string;
  message: string;
  /** The lines where it stands, to be compared with what is allowed, and never printed. */
  text: string;
}

interface Source {
  file: string;
  content: string;
}

const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }];

/** What looks like a secret in a text, by secretlint's recommended rules. */
export async function scanText({ file, content }: Source): Promise<Finding[]> {
  const { messages } = await lintSource({
    source: { filePath: file, content, contentType: 'text' },
    options: { config: { rules }, noPhysicFilePath: true, maskSecrets: true },
  });
  return messages.map(({ message, ruleId, ruleParentId, loc: { start, end }, range: [first] }) => ({
    file: file === history ? nameAt(content, first) : file,
    line: start.line,
    rule: ruleId ?? ruleParentId ?? '',
    message: message.replaceAll(/\*+/gu, '…'),
    text: content
      .split('\n')
      .slice(start.line - 1, end.line)
      .join('\n'),
  }));
}

/** Every text of the working tree, as far as git would take it in. */
export async function* textsOfTree(): AsyncGenerator<Source> {
  const { stdout } = await git('ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const file of stdout.split('\0')) {
    const bytes = file === '' ? undefined : readIfThere(join(checkout, file));
    // Pictures and other bytes have none of what the rules look for.
    if (bytes !== undefined && !bytes.includes(0)) yield { file, content: bytes.toString('utf8') };
  }
}

const history = 'history';

/** What each commit added, up to the one that is checked out: with them everything that any of them ever had. */
export async function* textsOfHistory(): AsyncGenerator<Source> {
  const { stdout } = await git('log', '-p', '-m', '--unified=0', '--no-renames', '--no-color', '--format=%x00', 'HEAD');
  for (const commit of stdout.split('\0')) {
    const added = commit.split('\n').filter((line) => line.startsWith('+'));
    if (added.length > 0) {
      const content = added.map((line) => (line.startsWith(header) ? line : line.slice(1))).join('\n');
      yield { file: history, content };
    }
  }
}

const header = '+++ b/';

/** Which file it was that stands at a place of what a commit added. */
function nameAt(content: string, place: number): string {
  const start = content.lastIndexOf(header, place) + header.length;
  return content.slice(start, content.indexOf('\n', start));
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Deleted, and not committed yet.
    return undefined;
  }
}

const git = (...words: string[]) => execa('git', words, { cwd: checkout, maxBuffer: 1024 ** 3 });

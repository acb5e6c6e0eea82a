import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { allowed, isAllowed } from '../../local/secrets/allowed.ts';
import { scanText, textsOfHistory, textsOfTree } from '../../local/secrets/scan.ts';

const letters = (count: number) => randomBytes(count).toString('hex').slice(0, count);

/** Made here, so that none of them stands in a file. */
const secrets: Record<string, () => string> = {
  'a private key': () =>
    String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })),
  'a token of GitHub': () => `token = '${['ghp', letters(36)].join('_')}'`,
  'a token of npm': () => `//registry.npmjs.org/:_authToken=${['npm', letters(36)].join('_')}`,
  'a database with its password': () =>
    `url: '${['mysql:', '', `kingbus:${letters(12)}@db.kingbus.kr`, 'kingbus'].join('/')}'`,
};

describe('a secret that somebody commits', () => {
  it.each(Object.keys(secrets))('is found, and not repeated: %s', async (kind) => {
    const text = secrets[kind]?.() ?? '';
    const [finding] = await scanText({ file: 'x.ts', content: `// a file\n${text}\n` });
    expect(finding).toMatchObject({ file: 'x.ts' });
    expect(isAllowed(finding as never)).toBe(false);
    const [longest = ''] = (text.match(/[0-9A-Za-z+/]{12,}/gu) ?? []).toSorted(
      (one, other) => other.length - one.length,
    );
    expect(finding?.message).not.toContain(longest);
  });

  it('is found in the history under the name of its file', async () => {
    const secret = secrets['a token of GitHub']?.() ?? '';
    const content = `+++ b/first.ts\nnothing\n+++ b/second.ts\n${secret}\n+++ b/third.ts\n`;
    expect(await scanText({ file: 'history', content })).toMatchObject([{ file: 'second.ts' }]);
  });

  it('is looked for in what is here, and in what each commit brought', async () => {
    const names: string[] = [];
    for await (const { file } of textsOfTree()) names.push(file);
    expect(names).toContain('local/secrets/scan.ts');
    expect(names).toContain('package-lock.json');
    let added = '';
    for await (const { content } of textsOfHistory()) added += content;
    expect(added).toContain('+++ b/package.json\n');
    expect(added).toContain('"name": "kingbus"');
  });

  it('is allowed with a reason, where it is none and still stands there', async () => {
    const stands = new Set<string>();
    for await (const text of textsOfTree()) {
      const here = allowed.filter(({ file }) => file === text.file);
      if (here.length === 0) continue;
      for (const finding of await scanText(text)) {
        for (const each of here) if (finding.text.includes(each.text)) stands.add(each.text);
      }
    }
    expect(stands).toEqual(new Set(allowed.map(({ text }) => text)));
    for (const { why } of allowed) expect(why.length).toBeGreaterThan(10);
  });
});

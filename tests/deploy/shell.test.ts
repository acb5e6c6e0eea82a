import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { program } from '../../local/tools/tools.ts';

test.each(['deploy/install.sh', 'deploy/bin/kingbus', 'local/tools/install-debian.sh'])(
  '%s, with all that it sources, has nothing that ShellCheck warns of',
  async (script) => {
    expect(existsSync(join(checkout, script))).toBe(true);
    const { all } = await execa(program('shellcheck'), ['--external-sources', script], {
      cwd: checkout,
      all: true,
      reject: false,
    });
    expect(all).toBe('');
  },
);

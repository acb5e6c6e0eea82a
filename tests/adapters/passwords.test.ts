import { pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../adapters/shared/passwords.ts';

const passwords = createPasswords();

describe('passwords at the cost of production', () => {
  it('are hashed with scrypt as OWASP lists it, each with a salt of its own', async () => {
    const [one, two] = await Promise.all([passwords.hash('비밀번호 열두 자'), passwords.hash('비밀번호 열두 자')]);
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/u);
    expect(two).not.toBe(one);
    expect(one.length).toBeLessThanOrEqual(255);
  });

  it('verify against their hash alone', async () => {
    const hash = await passwords.hash('correct horse battery');
    expect(await passwords.verify('correct horse battery', hash)).toEqual({ valid: true, upgrade: false });
    expect(await passwords.verify('correct horse batterz', hash)).toEqual({ valid: false, upgrade: false });
  });

  it('ask for an upgrade from a lower cost', async () => {
    const hash = await createPasswords({ ln: 4, r: 8, p: 1 }).hash('correct horse battery');
    expect(await passwords.verify('correct horse battery', hash)).toEqual({ valid: true, upgrade: true });
  });

  it('verify against what Django wrote, and ask for an upgrade', async () => {
    const key = pbkdf2Sync('correct horse battery', 'salt', 600_000, 32, 'sha256').toString('base64');
    const hash = `pbkdf2_sha256$600000$salt$${key}`;
    expect(await passwords.verify('correct horse battery', hash)).toEqual({ valid: true, upgrade: true });
    expect((await passwords.verify('another', hash)).valid).toBe(false);
  });

  it.each(['', '!', 'x', '$scrypt$ln=99,r=8,p=1$x', '$argon2id$v=19$m=1,t=1,p=1$x$y', 'pbkdf2_sha256$1$$'])(
    'match nothing that is no hash: "%s"',
    async (hash) => {
      expect((await passwords.verify('', hash)).valid).toBe(false);
    },
  );
});

import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { argon2id } from '../../adapters/node/node-passwords.ts';
import { createPasswords } from '../../adapters/shared/passwords.ts';
import { portableArgon2id } from '../../adapters/shared/portable-argon2id.ts';

const homes = { Node: argon2id, 'the edge': portableArgon2id };
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/u, '');

describe.each(Object.entries(homes))('passwords at the cost of production, on %s', (name, own) => {
  const passwords = createPasswords({ argon2id: own });
  const others = createPasswords({ argon2id: name === 'Node' ? portableArgon2id : argon2id });

  it('are hashed with argon2id as OWASP lists it, each with a salt of its own', async () => {
    const [one, two] = await Promise.all([passwords.hash('비밀번호 열두 자'), passwords.hash('비밀번호 열두 자')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=12288,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/u);
    expect(two).not.toBe(one);
    expect(one.length).toBeLessThanOrEqual(255);
  });

  it.each(['correct horse battery', '비밀번호 열두 자', '\u{1f68c}'.repeat(64)])(
    'verify against their hash alone, at either home: %s',
    async (password) => {
      const hash = await passwords.hash(password);
      for (const home of [passwords, others]) {
        expect(await home.verify(password, hash)).toEqual({ valid: true, upgrade: false });
        expect(await home.verify(`${password} `, hash)).toEqual({ valid: false, upgrade: false });
      }
    },
  );

  it('ask for an upgrade from a lower cost', async () => {
    const hash = await createPasswords({ argon2id: own, cost: { m: 16, t: 1, p: 1 } }).hash('correct horse battery');
    expect(await passwords.verify('correct horse battery', hash)).toEqual({ valid: true, upgrade: true });
  });

  const salt = Buffer.from('0123456789abcdef');
  const ours = scryptSync('correct horse battery', salt, 32, { N: 2 ** 14, r: 8, p: 5 });
  it.each([
    [
      'Django',
      `pbkdf2_sha256$600000$salt$${pbkdf2Sync('correct horse battery', 'salt', 600_000, 32, 'sha256').toString('base64')}`,
    ],
    ['this product, with scrypt', `$scrypt$ln=14,r=8,p=5$${unpadded(salt)}$${unpadded(ours)}`],
  ])('verify against what was once written by %s, and ask for an upgrade', async (_, hash) => {
    expect(await passwords.verify('correct horse battery', hash)).toEqual({ valid: true, upgrade: true });
    expect((await passwords.verify('another', hash)).valid).toBe(false);
  });

  it.each([
    '',
    '!',
    'x',
    '$scrypt$ln=99,r=8,p=1$x',
    '$argon2id$v=19$m=16,t=1,p=1$x',
    '$argon2i$v=19$m=16,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$x',
    '$argon2id$v=16$m=16,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$x',
    'pbkdf2_sha256$1$$',
  ])('match nothing that is no hash: "%s"', async (hash) => {
    expect((await passwords.verify('', hash)).valid).toBe(false);
  });
});

it('argon2id is that of RFC 9106, at both homes', async () => {
  // A test vector of the reference implementation (github.com/P-H-C/phc-winner-argon2, src/test.c).
  for (const each of Object.values(homes)) {
    const key = await each('password', Buffer.from('somesalt'), { m: 256, t: 2, p: 1 });
    expect(Buffer.from(key).toString('hex')).toBe('9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe');
  }
});

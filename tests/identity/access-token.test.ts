import { describe, expect, it } from 'vitest';
import { verifyAccessToken } from '../../functions/identity/access-token.ts';
import { Client } from '../support/clients/client.ts';
import { newCustomer } from '../support/people/people.ts';
import { claimsOf, signToken } from '../support/people/tokens.ts';
import { testPorts } from '../support/ports.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Every way to write the same bytes: the bits of the last character that are of no byte, and padding. */
function spellingsOf(token: string): string[] {
  const last = alphabet.indexOf(token.at(-1) ?? '');
  const alike = Array.from(alphabet).filter((_, index) => index >> 4 === last >> 4);
  const ends = alike.flatMap((sign) => ['', '=', '==', '==='].map((padding) => sign + padding));
  return ends.map((end) => token.slice(0, -1) + end);
}

describe('an access token', () => {
  it('has one spelling, before it is known and after', async () => {
    const customer = await newCustomer();
    for (let round = 0; round < 3; round++) {
      const token = await signToken({ ...claimsOf(customer), jti: `${round}` });
      const { ports } = await testPorts();
      const taken = async () => {
        const good: string[] = [];
        for (const each of spellingsOf(token)) {
          await verifyAccessToken(ports, each).then(
            () => good.push(each),
            (error: { code?: string }) => expect(error.code).toBe('unauthenticated'),
          );
        }
        return good;
      };
      expect(await taken()).toEqual([token]);
      expect(await taken()).toEqual([token]);
    }
  });

  it('is refused in any other, wherever it is sent', async () => {
    const { token = '' } = await newCustomer();
    const answers = await Promise.all(spellingsOf(token).map((each) => new Client(each).get('/v1/me')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(63);
  });
});

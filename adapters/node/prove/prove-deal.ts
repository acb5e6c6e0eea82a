import { activateOperator } from '../../../functions/operators/activate-operator.ts';
import { suspendAccount } from '../../../functions/quotes/suspend-account.ts';
import type { AccountId } from '../../../schema/ids.ts';
import type { ChangePorts } from '../../../functions/changes/change.ts';
import { nobody, Person } from './person.ts';

const console = { kind: 'console' } as const;
const note = '설치를 확인하는 주문입니다. 견적을 보내지 마세요. / A check of the installation: please send no quote.';

/** A company, which quotes for itself: a driver would need one that has accepted it. */
const company = { serviceArea: '서울', businessNumber: '999-99-00010', address: '서울', fleetSize: 1 };

/**
 * Makes a deal through the public address as people do: two register, one posts a trip, the other quotes and is selected,
 * and both talk. Then both accounts are suspended, and nobody can use them. The trip was open for a moment, and says what
 * it is.
 *
 * @param ports of the database behind that address: an operator is verified, and both are suspended, at the console
 * @param say is told what is done, a line each
 * @throws the first thing that is not as it should be
 */
export async function proveDeal(origin: string, ports: ChangePorts, say: (line: string) => void) {
  const people = { customer: new Person(origin), operator: new Person(origin) };
  const made: AccountId[] = [];
  try {
    const [asCustomer, asOperator] = [nobody('customer'), nobody('company')];
    for (const body of [
      { role: 'customer' as const, ...asCustomer },
      { role: 'company' as const, ...asOperator, ...company },
    ]) {
      made.push((await people.customer.http.call('POST /v1/accounts', { body })).id as AccountId);
    }
    await activateOperator(ports, console, made[1] as AccountId, { override: true });
    say('two people registered, and the operator was verified');
    await people.customer.arrive(asCustomer);
    await people.operator.arrive(asOperator);
    say('both logged in, and are connected to the chat');
    return await makeDeal(people, say);
  } finally {
    await Promise.allSettled(Object.values(people).map((person) => person.leave()));
    for (const id of made) await suspendAccount(ports, console, id);
  }
}

async function makeDeal({ customer, operator }: Record<'customer' | 'operator', Person>, say: (line: string) => void) {
  const order = await customer.http.call('POST /v1/orders', { body: trip() });
  const quote = await operator.http.call('POST /v1/orders/{orderId}/quotes', {
    params: { orderId: order.id },
    body: { totalPrice: 850_000, pricePerBus: 850_000, buses: 1, busType: 'standard_45', message: note },
  });
  await customer.hear('event', ({ event }) => event === 'quote_submitted');
  say('a trip was posted, a quote was sent, and the customer heard of it');

  const selected = await customer.http.call('POST /v1/quotes/{quoteId}/select', { params: { quoteId: quote.id } });
  const room = selected.room.id;
  await Promise.all([customer, operator].map((person) => person.hear('joined', (joined) => joined.room === room)));
  const words: [Person, Person, string][] = [
    [customer, operator, '안녕하세요!'],
    [operator, customer, '안녕하세요, 잘 들립니다. 🚌'],
  ];
  for (const [from, to, body] of words) {
    await from.say(room, body);
    await to.hear('message', (message) => message.room === room && message.body === body);
  }
  const log = await operator.http.call('GET /v1/rooms/{roomId}/messages', { params: { roomId: room } });
  const said = new Set(log.items.map((message) => message.body));
  if (words.some(([, , body]) => !said.has(body))) throw new Error('the log of the room lacks what was said in it');
  say('the quote was selected, a room opened, both talked in it, and its log says the same');
  return { orderId: order.id, roomId: room };
}

const place = (name: string) => ({ name, address: name });

function trip() {
  return {
    kind: 'one_way' as const,
    purpose: 'tour' as const,
    departure: place('서울역'),
    arrival: place('부산역'),
    departureAt: new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString(),
    passengers: 30,
    buses: 1,
    remarks: note,
  };
}

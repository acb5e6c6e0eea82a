import type { z } from 'zod';
import { Problem } from '../../functions/http/problems.ts';
import { listOrders } from '../../functions/orders/list-orders.ts';
import { orderInput } from '../../functions/orders/order-schema.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { placeOrder } from '../../functions/orders/place-order.ts';
import type { Ports } from '../../functions/ports.ts';
import { listOrderQuotes } from '../../functions/quotes/list-order-quotes.ts';
import { quoteInput } from '../../functions/quotes/quote-schema.ts';
import { selectQuote } from '../../functions/quotes/select-quote.ts';
import { submitQuote } from '../../functions/quotes/submit-quote.ts';
import { listRooms } from '../../functions/rooms/list-rooms.ts';
import { sendMessage } from '../../functions/rooms/send-message.ts';
import type { AccountActor } from '../../functions/identity/actor.ts';
import type { OrderId, QuoteId, RoomId } from '../../schema/ids.ts';
import { demoTrips } from './trips.ts';

/** By trip: who quotes what. */
const quotes: [trip: number, operator: string, quote: z.input<typeof quoteInput>][] = [
  [
    0,
    'kingdriver',
    {
      totalPrice: 1_350_000,
      pricePerBus: 1_350_000,
      buses: 1,
      busType: 'premium_28',
      includes: ['toll', 'parking', 'lodging', 'meals'],
      message: '1박 2일 경주 일정 여러 번 모셨습니다. 톨비·주차비·기사 숙식 모두 포함입니다.',
    },
  ],
  [
    0,
    'hanbit_tour',
    {
      totalPrice: 1_480_000,
      pricePerBus: 1_480_000,
      buses: 1,
      busType: 'limousine_31',
      includes: ['toll', 'parking', 'amenities'],
      message: '31인승 리무진으로 편안하게 모시겠습니다.',
    },
  ],
  [
    1,
    'namhae_bus',
    {
      totalPrice: 620_000,
      pricePerBus: 620_000,
      buses: 1,
      busType: 'standard_45',
      includes: ['toll'],
      message: '45인승이라 캐리어 30개 충분합니다. 지연 한 시간까지 기다리겠습니다.',
    },
  ],
  [
    1,
    'hanbit_tour',
    {
      totalPrice: 690_000,
      pricePerBus: 690_000,
      buses: 1,
      busType: 'premium_28',
      includes: ['toll', 'parking', 'amenities'],
      message: '와이파이와 USB 충전 되는 28인승 우등입니다.',
    },
  ],
  [
    2,
    'hanbit_tour',
    {
      totalPrice: 1_500_000,
      pricePerBus: 780_000,
      buses: 2,
      busType: 'standard_45',
      includes: ['toll', 'parking'],
      message: '두 대 함께 예약하시면 할인해 드립니다.',
    },
  ],
];

const talk: [from: string, body: string][] = [
  ['minji', '안녕하세요 기사님! 서울역 어느 쪽에서 타면 될까요?'],
  ['kingdriver', '안녕하세요. 서부역 쪽 버스 승강장에 7시 15분까지 대 놓겠습니다.'],
  ['minji', '네, 어르신 두 분 앞자리도 부탁드려요 🙏'],
  ['kingdriver', '그럼요. 앞 두 줄 비워 두겠습니다. 휴게소는 한 시간 반마다 들를게요.'],
  ['minji', '감사합니다. 그날 뵙겠습니다!'],
];

/** Places the demo customer's trips that are not there yet, quotes for them, and brings the first one to a talk. */
export async function loadDemoDeals(ports: Ports, people: Map<string, AccountActor>): Promise<void> {
  const customer = principalOf(people, 'minji');
  const orders = await placeTrips(ports, customer);
  for (const [trip, username, quote] of quotes) {
    const order = orders[trip];
    // An order that is not open any more has had its quotes.
    if (order?.state !== 'open') continue;
    await unless(
      'quote_exists',
      submitQuote(ports, principalOf(people, username), order.id as OrderId, quoteInput.parse(quote)),
    );
  }
  const first = orders[0];
  if (first?.state === 'open') await selectFrom(ports, customer, first, principalOf(people, 'kingdriver'));
  const rooms = await listRooms(ports, customer, { limit: 100, sort: 'new' });
  const room = rooms.items.find(({ orderId }) => orderId === first?.id);
  if (!room) return;
  for (const [index, [from, body]] of talk.entries()) {
    await sendMessage(ports, principalOf(people, from), { room: room.id as RoomId, id: `demo-${index + 1}`, body });
  }
}

async function placeTrips(ports: Ports, customer: AccountActor): Promise<Order[]> {
  const trips = demoTrips(ports.clock.now());
  const page = await listOrders(ports, customer, { limit: 100 });
  // Someone has played on for long: what is first on this page is not ours to touch.
  if (page.nextCursor !== null) return [];
  const there = page.items.toReversed();
  for (const trip of trips.slice(there.length)) there.push(await placeOrder(ports, customer, orderInput.parse(trip)));
  return there;
}

async function selectFrom(ports: Ports, customer: AccountActor, order: Order, operator: AccountActor): Promise<void> {
  const { items } = await listOrderQuotes(ports, customer, order.id as OrderId, { limit: 100, sort: 'new' });
  const wanted = items.find((quote) => quote.operator.id === operator.accountId);
  if (wanted) await selectQuote(ports, customer, wanted.id as QuoteId);
}

async function unless(code: Problem['code'], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== code) throw error;
  }
}

function principalOf(people: Map<string, AccountActor>, username: string): AccountActor {
  const principal = people.get(username);
  if (!principal) throw new Error(`there is no demo account ${username}`);
  return principal;
}

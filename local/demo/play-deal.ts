import { randomUUID } from 'node:crypto';
import { Actor } from './actor.ts';
import { chapter } from './transcript.ts';
import type { Print } from './transcript.ts';

interface LogIn {
  name: string;
  username: string;
  password: string;
}

export interface Cast {
  customer: LogIn;
  /** Two operators that an admin has verified; the first one wins, with its bus where it names one. */
  operators: readonly [LogIn & { vehicleId?: string }, LogIn];
}

interface Identified {
  id: string;
}

/**
 * The main job of the product as three people do it, through the address that the public sees: a trip is posted, two
 * operators quote, one is selected, both talk. Prints each request, its status and each chat frame; throws at the first
 * thing that is not as it should be. Gives what was made.
 */
export async function playDeal(origin: string, { customer, operators }: Cast, print: Print) {
  const actors = [customer, ...operators].map(({ name }) => new Actor(name, origin, print));
  const { vehicleId } = operators[0];
  const [minji, winner, loser] = actors as [Actor, Actor, Actor];
  try {
    chapter(print, '세 사람이 로그인하고 채팅에 연결합니다', 'three people log in and connect to the chat');
    for (const [index, { username, password }] of [customer, ...operators].entries()) {
      await (actors[index] as Actor).logIn(username, password);
    }
    for (const actor of actors) await actor.connect();

    chapter(print, '김민지 님이 여행을 올립니다', 'the customer posts a trip');
    const order = await minji.call<Identified>('POST', '/v1/orders', trip());

    chapter(print, '두 운영자가 견적을 보냅니다', 'two operators find it, and quote');
    await winner.call('GET', '/v1/open-orders?limit=1');
    const quotes = `/v1/orders/${order.id}/quotes`;
    const quote = await winner.call<Identified>('POST', quotes, {
      ...offer(880_000, '톨비와 주차비 포함입니다. 안전하게 모시겠습니다.'),
      ...(vehicleId !== undefined && { vehicleId }),
    });
    await minji.hear('event');
    await loser.call('POST', quotes, offer(940_000, '28인승 프리미엄 버스로 모십니다.'));
    await minji.hear('event');

    chapter(print, '견적을 비교하고 하나를 선택합니다', 'the customer compares and selects one');
    await minji.call('GET', quotes);
    const selected = await minji.call<{ room: Identified }>('POST', `/v1/quotes/${quote.id}/select`);
    const room = selected.room.id;
    await Promise.all([winner.hear('event'), winner.hear('joined'), minji.hear('joined'), loser.hear('event')]);

    // The room's first message says what became of the order.
    await Promise.all([winner.hear('message'), minji.hear('message')]);

    chapter(print, '채팅으로 약속을 정합니다', 'both talk in the room that opened');
    const lines: [Actor, Actor, string][] = [
      [minji, winner, '안녕하세요! 서울역 어느 출구에서 타면 될까요?'],
      [winner, minji, '안녕하세요, 서울역 12번 출구 앞에 대기하겠습니다. 🚌'],
      [minji, winner, '네, 38명이 짐을 조금 가지고 갑니다.'],
      [winner, minji, '짐칸이 넓으니 걱정 마세요. 10분 전에 연락드리겠습니다.'],
    ];
    let read = 0;
    for (const [from, to, body] of lines) {
      const id = randomUUID();
      from.say({ type: 'send', id, room, body });
      read = (await from.hear('ack')).seq;
      await Promise.all([from.hear('message'), to.hear('message')]);
    }
    minji.say({ type: 'read', room, seq: read });
    await winner.hear('read');

    chapter(print, '대화는 HTTP로도 읽을 수 있습니다', 'the log over HTTP says the same');
    const log = await minji.call<{ items: { kind: string; body: string }[] }>('GET', `/v1/rooms/${room}/messages`);
    const said = log.items
      .filter(({ kind }) => kind === 'text')
      .map(({ body }) => body)
      .toReversed();
    if (said.join('\n') !== lines.map(([, , body]) => body).join('\n'))
      throw new Error('the log differs from the talk');
    await minji.call('GET', '/v1/rooms?limit=1');
    return { orderId: order.id, quoteId: quote.id, roomId: room };
  } finally {
    await Promise.all(actors.map((actor) => actor.leave()));
  }
}

function trip() {
  const departure = new Date(Date.now() + 21 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const back = new Date(Date.now() + 22 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  return {
    kind: 'round_trip',
    purpose: 'tour',
    departure: { name: '서울역', address: '서울특별시 용산구 한강대로 405', latitude: 37.5547, longitude: 126.9708 },
    stopovers: [
      { name: '안동 하회마을', address: '경상북도 안동시 풍천면 하회종가길 2-1', latitude: 36.539, longitude: 128.518 },
    ],
    arrival: { name: '불국사', address: '경상북도 경주시 불국로 385', latitude: 35.79, longitude: 129.3321 },
    departureAt: `${departure}T08:00:00+09:00`,
    returnAt: `${back}T17:00:00+09:00`,
    passengers: 38,
    buses: 1,
    amenities: ['wifi', 'usb'],
    driverStays: true,
    remarks: '단풍 여행입니다. 휴게소에 두 번 들러 주세요.',
  };
}

const offer = (price: number, message: string) => ({
  totalPrice: price,
  pricePerBus: price,
  buses: 1,
  busType: 'standard_45',
  includes: ['toll', 'parking'],
  message,
});

import type { z } from 'zod';
import type { orderInput } from '../../functions/orders/order-schema.ts';

/** A trip as a customer would send it: parsed when it is loaded, like any input. */
type Trip = z.input<typeof orderInput>;

const seoulStation = {
  name: '서울역',
  address: '서울특별시 용산구 한강대로 405',
  latitude: 37.5547,
  longitude: 126.9707,
};
const bulguksa = { name: '불국사', address: '경상북도 경주시 불국로 385', latitude: 35.7901, longitude: 129.332 };
const gyeongjuMuseum = {
  name: '국립경주박물관',
  address: '경상북도 경주시 일정로 186',
  latitude: 35.8296,
  longitude: 129.228,
};
const incheonT2 = {
  name: '인천공항 제2터미널',
  address: '인천광역시 중구 제2터미널대로 446',
  latitude: 37.4689,
  longitude: 126.4338,
};
const gyeongpo = {
  name: '경포해변',
  address: '강원특별자치도 강릉시 창해로 514',
  latitude: 37.8055,
  longitude: 128.9085,
};
const gangnam = { name: '강남역', address: '서울특별시 강남구 강남대로 396', latitude: 37.4979, longitude: 127.0276 };
const jeonju = {
  name: '전주한옥마을',
  address: '전북특별자치도 전주시 완산구 기린대로 99',
  latitude: 35.8147,
  longitude: 127.1526,
};
const busanStation = {
  name: '부산역',
  address: '부산광역시 동구 중앙대로 206',
  latitude: 35.1151,
  longitude: 129.0414,
};
const haeundae = {
  name: '해운대해수욕장',
  address: '부산광역시 해운대구 해운대해변로 264',
  latitude: 35.1587,
  longitude: 129.1604,
};
const seohyeon = {
  name: '서현역',
  address: '경기도 성남시 분당구 성남대로 601',
  latitude: 37.385,
  longitude: 127.1234,
};
const gachon = {
  name: '가천대학교 글로벌캠퍼스',
  address: '경기도 성남시 수정구 성남대로 1342',
  latitude: 37.4504,
  longitude: 127.1298,
};
const yangjae = {
  name: '양재역',
  address: '서울특별시 서초구 남부순환로 2585',
  latitude: 37.4847,
  longitude: 127.0341,
};
const daejeon = {
  name: '대전컨벤션센터',
  address: '대전광역시 유성구 엑스포로 107',
  latitude: 36.3752,
  longitude: 127.3924,
};
const seoraksan = {
  name: '설악산국립공원',
  address: '강원특별자치도 속초시 설악산로 1091',
  latitude: 38.1732,
  longitude: 128.4895,
};

/** The demo customer's trips, the first posted first. All of them lie ahead, whenever this runs. */
export function demoTrips(now: number): Trip[] {
  const at = (days: number, time: string) => `${dayIn(now, days)}T${time}:00+09:00`;
  return [
    {
      kind: 'round_trip',
      purpose: 'tour',
      departure: seoulStation,
      stopovers: [gyeongjuMuseum],
      arrival: bulguksa,
      departureAt: at(12, '07:30'),
      returnAt: at(13, '16:00'),
      passengers: 26,
      buses: 1,
      amenities: ['usb', 'tv'],
      driverStays: true,
      driverSchedule: '첫날 박물관과 불국사, 둘째 날 오전 대릉원 일대를 돌고 오후에 올라옵니다.',
      remarks: '부모님 모임이라 휴게소에 자주 들러 주세요.\n어르신 두 분은 앞자리 부탁드립니다.',
    },
    {
      kind: 'one_way',
      purpose: 'airport',
      departure: incheonT2,
      arrival: gyeongpo,
      departureAt: at(9, '14:40'),
      passengers: 26,
      buses: 1,
      amenities: ['wifi', 'usb'],
      remarks: '도착 편이 늦어지면 한 시간까지 기다려 주실 수 있나요? 캐리어가 30개쯤 됩니다 🧳',
    },
    {
      kind: 'round_trip',
      purpose: 'company',
      departure: gangnam,
      arrival: jeonju,
      departureAt: at(20, '08:00'),
      returnAt: at(20, '19:30'),
      passengers: 84,
      buses: 2,
      amenities: ['karaoke'],
      remarks: '회사 야유회입니다. 두 대가 함께 움직였으면 합니다.',
    },
    {
      kind: 'one_way',
      purpose: 'tour',
      departure: busanStation,
      arrival: haeundae,
      departureAt: at(5, '10:00'),
      passengers: 18,
      buses: 1,
      amenities: ['wheelchair'],
      remarks: '휠체어 이용하시는 분이 한 분 계십니다.',
    },
    {
      kind: 'shuttle',
      purpose: 'school',
      departure: seohyeon,
      arrival: gachon,
      departureAt: at(firstWorkday(now, 15), '07:40'),
      weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
      termEndsOn: dayIn(now, 120),
      passengers: 40,
      buses: 1,
      remarks: '학기 중 아침 통학 셔틀입니다.',
    },
    {
      kind: 'one_way',
      purpose: 'wedding',
      departure: yangjae,
      arrival: daejeon,
      departureAt: at(26, '09:30'),
      passengers: 44,
      buses: 1,
      amenities: ['refrigerator'],
      remarks: '예식은 12시 30분입니다. 늦지 않게 도착해야 해요 💒',
    },
    {
      kind: 'round_trip',
      purpose: 'religion',
      departure: seohyeon,
      arrival: seoraksan,
      departureAt: at(33, '06:30'),
      returnAt: at(34, '15:00'),
      passengers: 35,
      buses: 1,
      driverStays: true,
    },
  ];
}

/** So many days from now, or the Monday after where that is a weekend in Seoul. */
function firstWorkday(now: number, days: number): number {
  const weekday = new Date(`${dayIn(now, days)}T00:00:00Z`).getUTCDay();
  return days + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}

/** A calendar day in Seoul, so many days from now. */
function dayIn(now: number, days: number): string {
  const seoul = 9 * 3600 * 1000;
  return new Date(now + seoul + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}

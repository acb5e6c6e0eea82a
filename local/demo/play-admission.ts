import { randomBytes, randomInt } from 'node:crypto';
import { Actor } from './actor.ts';
import { placeMark, takePicture } from './pictures.ts';
import { chapter } from './transcript.ts';
import type { Print } from './transcript.ts';

interface Identified {
  id: string;
}
interface Versioned extends Identified {
  version: number;
}
interface Page<Item> {
  items: Item[];
}

export interface Admitted {
  name: string;
  username: string;
  password: string;
  vehicleId: string;
}

/**
 * How somebody comes to be trusted: a company registers and proves its address by a code, sends its papers and a bus with pictures, and an
 * admin looks at all of them; then it has a driver. Prints each request; throws at the first thing that is not as it should be.
 */
export async function playAdmission(
  origin: string,
  { admin }: { admin: { name: string; username: string; password: string } },
  print: Print,
): Promise<Admitted> {
  const [desk, company, driver] = [admin.name, '다온고속', '정하늘'].map((name) => new Actor(name, origin, print)) as [
    Actor,
    Actor,
    Actor,
  ];

  chapter(print, '새 회사가 이메일을 인증하고 가입합니다', 'a new company proves its address, and registers');
  await desk.logIn(admin.username, admin.password);
  const asCompany = somebody('다온고속');
  await company.call('POST', '/v1/codes', { purpose: 'register', target: asCompany.email });
  const emailCode = await readCode(desk, asCompany.email);
  const agreed = await consents(company);
  const registered = await company.call<Identified>('POST', '/v1/accounts', {
    role: 'company',
    ...asCompany,
    ...agreed,
    emailCode,
    serviceArea: '수도권',
    regions: ['11', '28', '41'],
    businessNumber: '220-81-62517',
    address: '서울특별시 강서구 하늘길 112',
    fleetSize: 3,
  });
  // By the address that it has proven.
  await company.logIn(asCompany.email, asCompany.password);

  chapter(print, '서류 사진을 보내고, 운영자가 확인합니다', 'it hands in its papers, which an admin looks at');
  await company.call('GET', '/v1/me/operator');
  for (const [kind, expiresOn] of [
    ['business_registration', undefined],
    ['transport_registration', undefined],
    ['mutual_aid_certificate', nextYear()],
  ] as const) {
    await approveDocument(desk, await handIn(company, kind, expiresOn));
  }

  chapter(print, '버스를 사진과 함께 등록합니다', 'it shows a bus, with pictures');
  const bus = await company.call<Versioned>('POST', '/v1/me/vehicles', {
    plate: `서울${randomInt(70, 80)}바${randomInt(1000, 10_000)}`,
    model: '현대 유니버스 노블',
    seats: 45,
    year: 2024,
    busType: 'standard_45',
    amenities: ['wifi', 'usb'],
  });
  const photo = await company.send(
    'vehicle_photo',
    'bus.jpg',
    await takePicture({ width: 1600, height: 1200, colour: '#1d4ed8' }),
  );
  await company.call('PUT', `/v1/me/vehicles/${bus.id}/photos`, { fileIds: [photo.id] });
  const asked = await company.call<Versioned>('POST', `/v1/me/vehicles/${bus.id}/verify-request`);
  await desk.call('POST', `/v1/admin/vehicles/${bus.id}/approve`, undefined, { 'If-Match': `"${asked.version}"` });

  chapter(print, '운영자가 회사를 승인합니다', 'the admin lets the company in');
  await desk.call('POST', `/v1/admin/operators/${registered.id}/activate`);
  const shown = await company.call<Page<{ photos: { url: string }[] }>>(
    'GET',
    `/v1/operators/${registered.id}/vehicles`,
  );
  const [first] = shown.items[0]?.photos ?? [];
  if (first === undefined) throw new Error('the picture of the bus is not shown');
  const bytes = await company.download(first.url);
  if (bytes.includes(placeMark)) throw new Error('the picture still says who took it');

  chapter(print, '기사가 회사에 소속을 신청합니다', 'a driver asks to drive for it');
  const asDriver = somebody('정하늘');
  await driver.call('POST', '/v1/accounts', { role: 'driver', ...asDriver, ...agreed, serviceArea: '수도권' });
  const { account } = await driver.logIn(asDriver.username, asDriver.password);
  const { companyCode } = await company.call<{ companyCode: string }>('GET', '/v1/me/operator');
  await driver.call('POST', '/v1/me/affiliation', { companyCode });
  await company.call('POST', `/v1/me/drivers/${account.id}/accept`);
  await approveDocument(desk, await handIn(driver, 'driver_licence', nextYear()));
  await desk.call('POST', `/v1/admin/operators/${account.id}/activate`);
  return { name: asCompany.displayName, username: asCompany.username, password: asCompany.password, vehicleId: bus.id };
}

/** Somebody whom no earlier demonstration has made. */
function somebody(displayName: string) {
  const username = `demo-${randomBytes(5).toString('hex')}`;
  return {
    username,
    displayName,
    email: `${username}@example.com`,
    phone: `010-${randomInt(2000, 10_000)}-${randomInt(1000, 10_000)}`,
    password: randomBytes(12).toString('base64url'),
  };
}

async function consents(actor: Actor) {
  const { items } = await actor.call<Page<{ kind: string; version: string; required: boolean }>>('GET', '/v1/consents');
  const needed = items.filter(({ required }) => required).map(({ kind, version }) => [kind, version]);
  return { consents: Object.fromEntries(needed) as Record<string, string>, overFourteen: true };
}

/** The code that was sent: in production by mail, here kept for whoever develops. */
async function readCode(desk: Actor, address: string): Promise<string> {
  for (let look = 0; look < 50; look++) {
    const { items } = await desk.call<Page<{ body: string }>>(
      'GET',
      `/v1/admin/notices?address=${encodeURIComponent(address)}`,
    );
    const code = /\d{6}/u.exec(items[0]?.body ?? '')?.[0];
    if (code !== undefined) return code;
  }
  throw new Error(`no code was sent to ${address}`);
}

async function handIn(operator: Actor, kind: string, expiresOn: string | undefined): Promise<string> {
  const picture = await takePicture({ width: 1240, height: 1754, colour: '#f8fafc' });
  const { id: fileId } = await operator.send('document', `${kind}.jpg`, picture);
  const document = await operator.call<Identified>('POST', '/v1/me/documents', {
    kind,
    fileId,
    ...(expiresOn && { expiresOn }),
  });
  return document.id;
}

async function approveDocument(desk: Actor, id: string): Promise<void> {
  await desk.call('POST', `/v1/admin/documents/${id}/approve`);
}

const nextYear = (): string => new Date(Date.now() + 365 * 24 * 3600 * 1000).toISOString().slice(0, 10);

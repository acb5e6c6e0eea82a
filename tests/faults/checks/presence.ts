import { setTimeout as delay } from 'node:timers/promises';
import { killAndRestart } from '../catalogue/process.ts';
import type { Device } from '../device.ts';
import type { Random } from '../random.ts';
import type { Traffic } from '../traffic.ts';
import type { World } from '../world.ts';

/** How many accounts go at once. */
const leavers = 3;

/**
 * Everyone's picture of who is there is right within the time that the product promises: first with everybody there; then
 * without some accounts, whose connections ended with a process that was killed, or by themselves; then with all of them again.
 */
export async function checkPresence(
  world: World,
  { traffic, devices }: { traffic: Traffic; devices: readonly Device[] },
  random: Random,
): Promise<void> {
  const expectRight = (when: string) => expectPictures(traffic, devices, when, world.presenceWithin);
  // While the HTTP process did not reach Redis it said of everybody that they were away.
  for (const device of devices) device.lookAgain();
  await expectRight('everybody is there');
  const killed = world.mortals.length === 0 ? undefined : random.pick(world.mortals);
  const there = killed && devices.filter(({ origin }) => origin === killed.origin);
  const accounts = random.shuffled([...new Set((there?.length ? there : devices).map(({ account }) => account))]);
  const leaving = devices.filter(({ account }) => accounts.slice(0, leavers).includes(account));
  for (const device of leaving) device.rest();
  const restarted = killed && killAndRestart(killed, random);
  for (const device of leaving) device.leave();
  await restarted;
  await untilBack(devices);
  await expectRight('some have gone');
  for (const device of leaving) device.wake();
  await untilBack(devices);
  await expectRight('they have come back');
}

async function untilBack(devices: readonly Device[]): Promise<void> {
  const patience = performance.now() + 30_000;
  while (devices.some(({ ready, isResting }) => !ready && !isResting) && performance.now() < patience) await delay(5);
}

async function expectPictures(
  { ledger }: Traffic,
  devices: readonly Device[],
  when: string,
  within: number,
): Promise<void> {
  const present = new Set(devices.filter(({ ready }) => ready).map(({ account }) => account));
  const wrong = () =>
    devices
      .filter(({ ready }) => ready)
      .flatMap(({ index, picture }) => picture.wrong((account) => present.has(account)).map((each) => [index, each]));
  const since = performance.now();
  while (wrong().length > 0 && performance.now() - since < within) await delay(20);
  for (const [index, each] of wrong()) {
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    ledger.violations.add('presence-wrong', `${when} since ${seconds} s, and to device ${index} ${each}`);
  }
}

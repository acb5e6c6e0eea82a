import { readKeys } from '../../adapters/node/keys-directory.ts';
import { connect } from '../../db/engine/connect.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { chooseActions } from './actions/catalogue.ts';
import { Api } from './api.ts';
import type { Calm } from './calm.ts';
import type { Connection } from './connection.ts';
import { Device } from './device.ts';
import { Ghosts } from './ghosts.ts';
import { Ledger } from './ledger.ts';
import { Marks } from './marks.ts';
import { Passes } from './passes.ts';
import type { Pass } from './passes.ts';
import { createPeople } from './people.ts';
import type { PeopleSize } from './people.ts';
import type { Random } from './random.ts';
import { RecentTexts } from './recent.ts';
import { Tally } from './tally.ts';
import type { Traffic } from './traffic.ts';
import type { Violations } from './violations.ts';
import { Warden } from './warden.ts';
import { publicOrigin } from './world.ts';
import type { World } from './world.ts';

export interface SettingOptions {
  people: PeopleSize;
  /** What devices do of their own, by name; everything unless given. */
  actions?: readonly string[];
  /** How much likelier each of these is than it says itself; 1 unless given. */
  zeal?: number;
  /** How late the last messages may reach the last device once all is well, in milliseconds; the product promises 2,000. */
  tailWithin: number;
  /** Whether it is looked at who is there, which takes longest; it is unless given. */
  presence?: boolean;
}

export interface Setting extends Calm {
  /** How many entries may be sent, in all, until the storm ends; and by one device at once. */
  goal: { sends: number; atOnce: number };
  warden: Warden;
}

/** Writes people into the database of a world, and gives them their devices. */
export async function settle(
  world: World,
  { people: size, actions, zeal = 1, tailWithin, presence = true }: SettingOptions,
  random: Random,
  violations: Violations,
  over: AbortSignal,
): Promise<Setting> {
  const db = connect(world.databaseUrl, { connections: 2 });
  const people = await createPeople(db, size, random.fork('people'));
  await db.$client.close();
  const settings = {
    environment: 'test',
    publicOrigin,
    allowedOrigins: new Set([publicOrigin]),
    queryBudget: 'off',
    eraseVerifiedDocuments: false,
    chat: defaultChatLimits,
  } as const;
  const signing = { clock: { now: () => Date.now() }, keys: await readKeys(world.keysDirectory), settings };

  const [doings, ghosts, connections] = [new Tally(), new Ghosts(violations), new Set<Connection>()];
  const api = new Api(world.httpOrigins, violations, doings, random.fork('api'));
  const haunt = (pass: Pass) => {
    for (const connection of connections) if (connection.pass === pass && connection.isOpen) ghosts.add(connection);
  };
  const passes = new Passes(signing, people.guests, api, violations, haunt);
  const ledger = new Ledger(
    violations,
    people.rooms.map(({ id }) => id),
    people.devices.map(({ account }) => people.guests[account]?.id ?? ''),
  );
  const goal = { sends: 0, atOnce: 0 };
  const traffic: Traffic = {
    ledger,
    marks: new Marks(violations),
    passes,
    recent: new RecentTexts(),
    connections,
    ghosts,
    api,
    roomIndex: new Map(people.rooms.map(({ id }, index) => [id, index])),
    accountIndex: new Map(people.guests.map(({ id }, index) => [id, index])),
    chatOrigins: world.chatOrigins,
    allowance: (wanted) => Math.max(0, Math.min(wanted, goal.atOnce, goal.sends - ledger.sends)),
    phase: 'calm',
    reconnects: new Tally(),
    doings,
    over,
  };
  const chosen = chooseActions(actions, zeal, (name) => doings.add(name));
  const devices = people.devices.map(({ account, session }, index) => {
    const rooms = people.rooms.flatMap(({ id, members }, room) =>
      members.includes(account) ? [[room, id] as const] : [],
    );
    const pass = passes.add(account, session);
    return new Device(traffic, {
      index,
      account,
      rooms: new Map(rooms),
      pass,
      actions: chosen,
      random: random.fork(`device ${index}`),
    });
  });
  const warden = new Warden(
    traffic,
    passes.add(people.admin.account, people.admin.session),
    size.accounts,
    random.fork('warden'),
  );
  return { traffic, devices, goal, warden, members: people.rooms.map(({ members }) => members), tailWithin, presence };
}

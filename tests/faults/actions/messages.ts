import type { Actions, Actor } from './action.ts';

/** Sends a change of a text that the account has sent lately. */
function change(actor: Actor, kind: 'edit' | 'deletion'): void {
  const { account, traffic, random, outbox } = actor;
  const text = traffic.recent.pick(account, random);
  if (text === undefined || outbox.space === 0 || traffic.allowance(1) < 1) return;
  const byHttp = kind === 'edit' && random.chance(0.1);
  const id = outbox.add(text.room, byHttp ? 'http' : 'socket', { kind, target: text.seq });
  if (byHttp) actor.postEntry(id);
  else actor.sendEntry(id);
}

/** What clients do with messages that they have sent. */
export const messageActions: Actions = {
  edited: { chance: 0.05, act: (actor) => change(actor, 'edit') },
  deleted: { chance: 0.02, act: (actor) => change(actor, 'deletion') },
  'sent an old entry again': {
    chance: 0.01,
    act(actor) {
      const old = actor.outbox.anAcknowledged(actor.random);
      if (old !== undefined) actor.sendEntry(old);
    },
  },
  'used an id again': {
    chance: 0.003,
    act(actor) {
      const old = actor.outbox.anAcknowledged(actor.random);
      if (old !== undefined) actor.misuse(old);
    },
  },
};

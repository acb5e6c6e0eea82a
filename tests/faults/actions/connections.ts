import type { Actions } from './action.ts';

/** What clients do to their connections. */
export const connectionActions: Actions = {
  left: { chance: 0.002, act: (actor) => actor.leave() },
  'left in the middle of a frame': { chance: 0.001, act: (actor) => actor.tear() },
  'read slowly': { chance: 0.002, act: (actor) => actor.stall(actor.random.int(200, 2_500)) },
  typed: {
    chance: 0.022,
    act(actor) {
      const [room] = actor.view.somewhere(actor.random);
      actor.send({ type: 'typing', room: actor.traffic.ledger.rooms[room]?.id });
    },
  },
};

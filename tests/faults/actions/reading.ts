import type { Actions } from './action.ts';

/** How people say what they have read. */
export const readingActions: Actions = {
  read: {
    chance: 0.015,
    act(actor) {
      const [room, cursor] = actor.view.somewhere(actor.random);
      // Of two devices of an account one has read less than the other.
      const seq = Math.max(0, cursor - (actor.random.chance(0.3) ? actor.random.int(1, 100) : 0));
      actor.traffic.marks.ask(actor.account, room, seq);
      actor.send({ type: 'read', room: actor.traffic.ledger.rooms[room]?.id, seq });
    },
  },
  'read beyond the head': {
    chance: 0.0005,
    act(actor) {
      const [room] = actor.view.somewhere(actor.random);
      actor.traffic.marks.ask(actor.account, room, 0, true);
      actor.send({ type: 'read', room: actor.traffic.ledger.rooms[room]?.id, seq: 1_000_000_000 });
    },
  },
  'read by HTTP': {
    chance: 0.002,
    act(actor) {
      const [room, seq] = actor.view.somewhere(actor.random);
      void actor.markReadByHttp(room, seq);
    },
  },
};

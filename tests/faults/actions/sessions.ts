import type { Actions } from './action.ts';

/** How sessions end, and what is tried with one that has ended. */
export const sessionActions: Actions = {
  'logged out': { chance: 0.0015, act: (actor) => void actor.logOut() },
  'presented an ended session in band': { chance: 0.0015, act: (actor) => actor.presentEnded('in band') },
  'came back with an ended session': { chance: 0.0015, act: (actor) => actor.presentEnded('at the upgrade') },
};

import type { Action, Actions } from './action.ts';
import { connectionActions } from './connections.ts';
import { messageActions } from './messages.ts';
import { readingActions } from './reading.ts';
import { sessionActions } from './sessions.ts';

/** Everything that devices do of their own. */
export const actions: Actions = { ...connectionActions, ...messageActions, ...readingActions, ...sessionActions };

/**
 * The actions of a run, each of which says in `tally` that it was done.
 *
 * @param names some of them; all unless given
 * @param zeal how much likelier each is than it says itself
 */
export function chooseActions(
  names: readonly string[] | undefined,
  zeal: number,
  told: (name: string) => void,
): Action[] {
  for (const name of names ?? []) if (!(name in actions)) throw new Error(`there is no action named ${name}`);
  return Object.entries(actions)
    .filter(([name]) => names?.includes(name) ?? true)
    .map(([name, { chance, act }]) => ({
      chance: chance * zeal,
      act(actor) {
        told(name);
        act(actor);
      },
    }));
}

import { report } from '../../local/command.ts';
import { onStopSignals } from '../../local/signals.ts';
import { requireTools } from '../../local/tools/require.ts';
import { describeMachine } from './machine.ts';
import { Stage } from './stage.ts';

/**
 * Has a measurement play on a stage of its own: private servers, whose machine and versions are printed first. Whatever
 * happens the stage is struck; what goes wrong is told, with what the processes complained of, and the program ends with 1.
 *
 * @param nodes of MariaDB: one server, or as many as a cluster has
 */
export async function onStage(
  tools: Parameters<typeof requireTools>[0],
  play: (stage: Stage) => Promise<void>,
  nodes = 1,
): Promise<never> {
  let stage: Stage | undefined;
  onStopSignals({
    first: () => void stage?.strike().then(() => process.exit(130)),
    again: () => process.exit(130),
  });
  try {
    await requireTools(nodes === 1 ? tools : [...tools, 'galera'], console.error);
    stage = await Stage.set(nodes);
    console.log(`${await describeMachine(stage)}\n`);
    await play(stage);
  } catch (error) {
    report(error);
    for (const line of stage?.complaints() ?? []) console.error(line);
    process.exitCode = 1;
  } finally {
    await stage?.strike();
  }
  process.exit();
}

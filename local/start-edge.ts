// `npm run start:edge`: the same product in workerd, on the same data folder as `npm start`, until Ctrl-C.
import { runProcesses } from './processes.ts';
import { PortTaken } from './servers/background.ts';
import { announcement } from './start/announce.ts';
import { portTaken } from './start/check-port.ts';
import { planEdge } from './start/edge.ts';
import { bringTools, notesIn, prepareStores, takeHome } from './start/prepare.ts';
import { runUntilStopped } from './start/until-stopped.ts';

await runUntilStopped('npm run start:edge', async (run) => {
  const { settings, cleanup, say, goOn } = run;
  const began = performance.now();
  const bind = await takeHome(run);
  const { redis } = await bringTools(run, { caddy: false });
  goOn();
  const environment = await prepareStores(run, { redis });

  say('Building the Worker and starting workerd …');
  try {
    const group = await runProcesses([planEdge(settings, bind, environment)], notesIn(settings.home));
    cleanup.add(
      () => group.stop(),
      () => group.kill(),
    );
  } catch (error) {
    throw error instanceof PortTaken ? portTaken(settings.port) : error;
  }
  goOn();
  say(
    announcement(
      'KingBus runs in workerd, as on the edge, at',
      settings.publicOrigin,
      Math.round((performance.now() - began) / 1000),
    ),
  );
});

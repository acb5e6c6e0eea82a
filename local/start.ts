// `npm start`: sets everything up in a private folder and runs the product behind its front, until Ctrl-C.
// .env.example and README.md say which variables it takes.
import { type ProcessPlan, runProcesses } from './processes.ts';
import { PortTaken, retryTakenPort } from './servers/background.ts';
import { announcement } from './start/announce.ts';
import { portTaken } from './start/check-port.ts';
import { bringTools, notesIn, prepareStores, takeHome } from './start/prepare.ts';
import { planFront, planProduct, planSingle } from './start/product.ts';
import { runUntilStopped } from './start/until-stopped.ts';

await runUntilStopped('npm start', async (run) => {
  const { settings, cleanup, say, goOn } = run;
  const began = performance.now();
  const bind = await takeHome(run);
  const { redis, caddy } = await bringTools(run, { caddy: true });
  if (!redis || !caddy) {
    say('Without both Redis and Caddy: HTTP and chat will share one process, no front before it.');
  }
  goOn();
  const environment = await prepareStores(run, { redis });

  const start = async (plans: readonly ProcessPlan[]) => {
    const group = await runProcesses(plans, notesIn(settings.home));
    cleanup.add(
      () => group.stop(),
      () => group.kill(),
    );
  };
  try {
    if (redis && caddy) {
      say('Starting one HTTP process and two chat processes …');
      const plans = await retryTakenPort(async () => {
        const product = await planProduct(environment);
        await start(product);
        return product;
      });
      goOn();
      say('Starting Caddy in front …');
      await start([planFront(settings, bind, plans)]);
    } else {
      say('Starting HTTP and chat in one process …');
      await start([planSingle(settings, environment)]);
    }
  } catch (error) {
    // Free when we looked, and inner ports are tried again: it can only be the outer one.
    throw error instanceof PortTaken ? portTaken(settings.port) : error;
  }
  goOn();
  say(announcement('KingBus runs at', settings.publicOrigin, Math.round((performance.now() - began) / 1000)));
});

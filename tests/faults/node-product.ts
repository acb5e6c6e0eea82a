import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../local/folder.ts';
import { Product } from './product.ts';
import type { ProductPlan } from './product.ts';
import type { Proxy } from './proxy.ts';

const preload = (name: string): string => join(checkout, 'tests/faults/preload', name);

export interface NodeProductPlan extends Pick<
  ProductPlan,
  'name' | 'environment' | 'folder' | 'port' | 'database' | 'died'
> {
  entry: 'adapters/node/chat.ts' | 'adapters/node/http.ts';
  redis: Proxy;
  /** The file that says which bug is switched on, where bugs are put in (preload/bugs.ts). */
  bugFile?: string | undefined;
}

/** A process of the product on Node, with a way to Redis, and a clock that can be moved. */
export class NodeProduct extends Product {
  readonly redis: Proxy;
  readonly #clockFile: string;

  constructor(plan: NodeProductPlan) {
    const { name, entry, environment, folder, port, bugFile } = plan;
    const clockFile = join(folder, `${name}.clock`);
    const preloads = ['clock.ts', ...(bugFile === undefined ? [] : ['bugs.ts'])];
    super({
      ...plan,
      program: process.execPath,
      arguments: [...preloads.flatMap((name) => ['--import', preload(name)]), entry],
      environment: {
        ...environment,
        KINGBUS_LISTEN: `127.0.0.1:${port}`,
        FAULTS_CLOCK: clockFile,
        ...(bugFile !== undefined && { FAULTS_BUG: bugFile }),
      },
    });
    this.redis = plan.redis;
    this.#clockFile = clockFile;
    this.setClock(0);
  }

  /** Moves its clock away from the real one, in milliseconds. */
  setClock(offset: number): void {
    writeFileSync(this.#clockFile, String(offset));
  }
}

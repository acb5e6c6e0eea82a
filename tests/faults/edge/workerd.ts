import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { readEnvironments } from '../../../local/deploy-edge/config.ts';
import { checkout } from '../../../local/folder.ts';

export interface WorkerdOptions {
  /** For its configuration, and for what its Durable Objects store. */
  folder: string;
  /** The file of the Worker's one module. */
  module: string;
  /** Where it listens, on 127.0.0.1. */
  port: number;
  /** What stands behind the Hyperdrive binding. */
  databaseUrl: string;
  /** Variables and secrets. */
  bindings: Record<string, string>;
}

/**
 * The program and its words that run the Worker of wrangler.jsonc in the workerd that wrangler brings, without wrangler: one
 * process, which starts in half a second, dies of one signal, and finds its objects' storage again.
 */
export function workerdCommand(options: WorkerdOptions): { program: string; arguments: string[] } {
  const storage = join(options.folder, 'objects');
  mkdirSync(storage, { recursive: true });
  const file = join(options.folder, 'config.capnp');
  writeFileSync(file, configure(options, storage), { mode: 0o600 });
  return { program: workerdProgram(), arguments: ['serve', file] };
}

/** In Cap'n Proto's text, whose strings are JSON's as long as they are ASCII. It embeds files by their place from here. */
function configure({ folder, module, port, databaseUrl, bindings }: WorkerdOptions, storage: string): string {
  const environment = readEnvironments(join(checkout, 'adapters/edge/wrangler.jsonc')).get('');
  if (environment === undefined) throw new Error('wrangler.jsonc describes no Worker');
  const { compatibility_date: date, durable_objects, hyperdrive } = environment;
  const { hostname, port: databasePort, pathname, username, password } = new URL(databaseUrl);
  const text = JSON.stringify;
  const objects = durable_objects.bindings;
  const database = `(designator = "database", database = ${text(pathname.slice(1))}, user = ${text(username)}, password = ${text(password)}, scheme = "mysql")`;
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "objects", disk = (path = ${text(storage)}, writable = true)),
    (name = "database", external = (address = ${text(`${hostname}:${databasePort}`)}, tcp = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed ${text(relative(folder, module))})],
  compatibilityDate = ${text(date)},
  durableObjectStorage = (localDisk = "objects"),
  durableObjectNamespaces = [
${lines(objects, ({ class_name: name }) => `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`)}
  ],
  bindings = [
${lines(objects, ({ name, class_name }) => `(name = ${text(name)}, durableObjectNamespace = ${text(class_name)})`)}
${lines(hyperdrive, ({ binding }) => `(name = ${text(binding)}, hyperdrive = ${database})`)}
${lines(Object.entries(bindings), ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`)}
  ],
);
`;
}

const lines = <Item>(items: readonly Item[], line: (item: Item) => string): string =>
  items.map((item) => `    ${line(item)},`).join('\n');

/** The one that wrangler, and so every other test, runs. */
function workerdProgram(): string {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve('wrangler'));
  return (ofWrangler('workerd') as { default: string }).default;
}

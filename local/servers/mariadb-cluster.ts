import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { createConnection } from 'mysql2/promise';
import { checkout } from '../folder.ts';
import { program } from '../tools/tools.ts';
import type { BackgroundServer } from './background.ts';
import { galeraLibrary, galeraScripts } from './galera-programs.ts';
import { startMariaDb } from './mariadb.ts';
import { freePort } from './ports.ts';
import { secretIn } from './secret.ts';

/** How a node begins: as the first of a cluster, or by joining the others, which give it what it lacks. */
type Beginning = 'bootstrap' | 'join';

/** The places of a node on 127.0.0.1. */
interface Ports {
  sql: number;
  /** For the group, for the difference to one that comes back, and for a copy of everything. */
  group: number;
  difference: number;
  copy: number;
}

export interface ClusterOptions {
  /** Where everything of it lies, a folder for each node. */
  folder: string;
  /** Memory for table pages, in MiB. */
  bufferPool?: number;
  /** False where nobody minds what a crash loses. */
  durable?: boolean;
  nodes?: number;
}

/**
 * A private Galera cluster on 127.0.0.1: nodes that each have everything, and commit together. Each can be killed, lose its disk,
 * join again, and be cut off from the others.
 */
export class MariaDbCluster {
  /** mysql://kingbus:…@127.0.0.1:port,127.0.0.1:port,…/kingbus */
  readonly url: string;
  readonly ports: readonly number[];
  readonly #options: ClusterOptions;
  readonly #base: string;
  readonly #places: readonly Ports[];
  readonly #servers: (BackgroundServer | undefined)[] = [];

  /** Starts all of its nodes, the first one first. */
  static async start(options: ClusterOptions): Promise<MariaDbCluster> {
    const base = await galeraScripts(join(checkout, 'node_modules/.cache/kingbus/galera'));
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const places: Ports[] = [];
    for (let index = 0; index < (options.nodes ?? 3); index++) {
      places.push({
        sql: await freePort(),
        group: await freePort(),
        difference: await freePort(),
        copy: await freePort(),
      });
    }
    const cluster = new MariaDbCluster(options, base, places);
    try {
      await cluster.startNode(0, 'bootstrap');
      for (let index = 1; index < places.length; index++) await cluster.startNode(index);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  private constructor(options: ClusterOptions, base: string, places: readonly Ports[]) {
    this.#options = options;
    this.#base = base;
    this.#places = places;
    this.ports = places.map(({ sql }) => sql);
    const hosts = this.ports.map((port) => `127.0.0.1:${port}`).join(',');
    this.url = `mysql://kingbus:${this.#password}@${hosts}/kingbus`;
  }

  get #password(): string {
    return secretIn(join(this.#options.folder, 'password'));
  }

  /** Starts a node that does not run, and waits until it is one of the cluster. */
  async startNode(index: number, beginning: Beginning = 'join'): Promise<void> {
    const { bufferPool = 64, durable = true } = this.#options;
    const folder = this.#folderOf(index);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // All nodes have the same users.
    writeFileSync(join(folder, 'password'), this.#password, { mode: 0o600 });
    if (beginning === 'join') mkdirSync(join(folder, 'data'), { recursive: true });
    // Whoever has been in the cluster has its data, wherever that came from: nothing is made anew, though it is to begin the cluster.
    const hasBeenIn = existsSync(this.#stateOf(index));
    // Whoever knows where it stopped gets what came after that, and not a copy of everything.
    const position = hasBeenIn ? await this.#positionOf(index) : undefined;
    this.#servers[index] = await startMariaDb({
      folder,
      port: this.ports[index] as number,
      bufferPool,
      durable,
      isPrepared: beginning === 'join' || hasBeenIn,
      settings: [
        ...this.#settingsOf(index, beginning),
        ...(position === undefined ? [] : [`--wsrep-start-position=${position.id}:${position.last}`]),
      ],
      statements: [
        `CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1' IDENTIFIED BY '${this.#password}';`,
        "GRANT ALL PRIVILEGES ON *.* TO 'admin'@'127.0.0.1';",
      ],
      isReady: async () => (await this.statusOf(index)) === 'Synced',
    });
  }

  #settingsOf(index: number, beginning: Beginning): string[] {
    const own = this.#places[index] as Ports;
    const group = this.#places.map((each) => `127.0.0.1:${each.group}`).join(',');
    // The last nodes give the copies: one that does takes no commits meanwhile, and the first is where all write.
    const donors = this.#places.map((_each, node) => `node-${node + 1}`).filter((_name, node) => node !== index);
    return [
      `--basedir=${this.#base}`,
      '--lc-messages-dir=/usr/share/mysql',
      '--character-sets-dir=/usr/share/mysql/charsets',
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
      '--wsrep-on=ON',
      `--wsrep-provider=${galeraLibrary()}`,
      '--wsrep-cluster-name=kingbus',
      `--wsrep-cluster-address=gcomm://${beginning === 'bootstrap' ? '' : group}`,
      `--wsrep-node-name=node-${index + 1}`,
      `--wsrep-node-address=127.0.0.1:${own.group}`,
      `--wsrep-node-incoming-address=127.0.0.1:${own.sql}`,
      '--wsrep-sst-method=rsync',
      `--wsrep-sst-receive-address=127.0.0.1:${own.copy}`,
      `--wsrep-sst-donor=${donors.toReversed().join(',')},`,
      `--wsrep-provider-options=${[
        `gmcast.listen_addr=tcp://127.0.0.1:${own.group}`,
        `ist.recv_addr=127.0.0.1:${own.difference}`,
        'gcache.size=32M',
        // Which of them goes on after all have died is for us to say.
        'pc.recovery=false',
      ].join(';')}`,
    ];
  }

  #folderOf(index: number): string {
    return join(this.#options.folder, `node-${index + 1}`);
  }

  /** Stops a node's clock and hands: it answers nobody, and is not gone. */
  freeze(index: number): void {
    this.#signal(index, 'SIGSTOP');
    // A frozen server would not hear that it ends with us.
    process.on('exit', this.#thawAll);
  }

  thaw(index: number): void {
    process.off('exit', this.#thawAll);
    this.#signal(index, 'SIGCONT');
  }

  readonly #thawAll = () => this.#places.forEach((_each, index) => this.#signal(index, 'SIGCONT'));

  #signal(index: number, signal: NodeJS.Signals): void {
    const pid = this.#servers[index]?.pid;
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }

  /** Ends a node as a crash would. */
  async kill(index: number): Promise<void> {
    await this.#servers[index]?.kill();
  }

  /** Removes what a node that does not run has on its disk. */
  loseDisk(index: number): void {
    rmSync(this.#folderOf(index), { recursive: true, force: true });
  }

  /** `Synced`, `Donor/Desynced`, `Joining`, …: https://mariadb.com/kb/en/galera-cluster-status-variables/#wsrep_local_state_comment */
  async statusOf(index: number): Promise<string> {
    const [row] = await this.ask(index, "show status like 'wsrep_local_state_comment'");
    return String(row?.['Value']);
  }

  /** How many nodes a node sees, itself included; 0 where they are too few to go on. */
  async sizeSeenBy(index: number): Promise<number> {
    const [size] = await this.ask(index, "show status like 'wsrep_cluster_size'");
    const [state] = await this.ask(index, "show status like 'wsrep_cluster_status'");
    return state?.['Value'] === 'Primary' ? Number(size?.['Value']) : 0;
  }

  /** Cuts a node off from the others, or lets it come back; clients reach it all the same. */
  async isolate(index: number, cut: boolean): Promise<void> {
    await this.ask(index, `set global wsrep_provider_options = 'gmcast.isolate=${Number(cut)}'`);
  }

  /** Runs a statement at one node, as somebody who may do anything. */
  async ask(index: number, statement: string): Promise<Record<string, unknown>[]> {
    const connection = await createConnection({
      host: '127.0.0.1',
      port: this.ports[index] as number,
      user: 'admin',
      password: this.#password,
      connectTimeout: 2_000,
    });
    try {
      const [rows] = await connection.query({ sql: statement, timeout: 10_000 });
      return rows as Record<string, unknown>[];
    } finally {
      connection.destroy();
    }
  }

  /** When none runs any more: the node that had committed most begins the cluster anew, and the others join it. */
  async bootstrap(): Promise<void> {
    const positions = await Promise.all(this.#places.map((_each, index) => this.#positionOf(index)));
    const commits = positions.map(({ last }) => last);
    const first = commits.indexOf(Math.max(...commits));
    const state = this.#stateOf(first);
    writeFileSync(state, readFileSync(state, 'utf8').replace(/^safe_to_bootstrap: 0$/mu, 'safe_to_bootstrap: 1'));
    await this.startNode(first, 'bootstrap');
    for (let index = 0; index < this.#places.length; index++) if (index !== first) await this.startNode(index);
  }

  /** The file in which a node keeps what it knows of the cluster. */
  #stateOf(index: number): string {
    return join(this.#folderOf(index), 'data/grastate.dat');
  }

  /** Where a node that does not run has stopped, by what its disk says: the cluster's id, and the number of the last transaction. */
  async #positionOf(index: number): Promise<{ id: string; last: number }> {
    const data = join(this.#folderOf(index), 'data');
    const { all } = await execa(
      program('mariadbd'),
      [
        '--no-defaults',
        `--datadir=${data}`,
        '--lc-messages-dir=/usr/share/mysql',
        '--wsrep-on=ON',
        `--wsrep-provider=${galeraLibrary()}`,
        '--wsrep-cluster-address=gcomm://',
        '--binlog-format=ROW',
        '--wsrep-recover',
        '--skip-networking',
        '--socket=recover.sock',
        `--pid-file=${join(data, 'recover.pid')}`,
        ...(process.getuid?.() === 0 ? ['--user=root'] : []),
      ],
      { all: true, reject: false, stdin: 'ignore', cwd: this.#folderOf(index) },
    );
    const { id, last } = /Recovered position: (?<id>[\w-]+):(?<last>-?\d+)/u.exec(all)?.groups ?? {};
    if (id === undefined || last === undefined)
      throw new Error(`node ${index + 1} does not say where it stopped:\n${all.slice(-2000)}`);
    return { id, last: Number(last) };
  }

  async stop(): Promise<void> {
    // One after another: the last one knows that it was the last.
    for (const server of this.#servers.toReversed()) await server?.stop();
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#servers.map(async (server) => server?.kill()));
  }
}

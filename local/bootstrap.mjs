// Runs a TypeScript file of this project on a machine that may have nothing but Node 20 and npm:
//   node local/bootstrap.mjs local/start.ts [arguments]
// It installs the locked packages when they are missing or not the locked ones, then runs the file from source with
// Node 24, which the packages bring along where the machine's own Node is older.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { takeLock } from './lock.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
/** Before anything large is imported. */
const quickly = join(root, 'local/import-quickly.ts');
const installedList = join(modules, '.package-lock.json');
/** The first Node that has everything we use, type stripping among it. */
const oldestNode = [24, 9];

const [script, ...scriptArguments] = process.argv.slice(2);
if (script === undefined) fail('Usage: node local/bootstrap.mjs local/start.ts [arguments]');

await installPackages();
const node = findNode();
process.env.PATH = [dirname(node), join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter);

if (node === process.execPath) {
  process.argv.splice(1, 2, resolve(root, script));
  await import(pathToFileURL(quickly).href);
  await import(pathToFileURL(resolve(root, script)).href);
} else {
  run(node);
}

/** npm writes this list last, so a broken-off installation has none; and we take it away first. */
function packagesAreInstalled() {
  let wanted, installed;
  try {
    wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

async function installPackages() {
  if (packagesAreInstalled()) return;
  const lock = await waitForLock(join(root, '.kingbus-install', 'lock'));
  process.on('exit', lock.release);
  try {
    if (!packagesAreInstalled()) installAfresh();
  } catch (error) {
    if (error.code === undefined) throw error;
    cannotWrite(error);
  }
  lock.release();
  removeIfEmpty(join(root, '.kingbus-install'));
}

function installAfresh() {
  console.error('Installing the packages that package-lock.json names (about a minute) …');
  rmSync(installedList, { force: true });
  const { status, error, stdout, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (error?.code === 'ENOENT') fail('npm is missing. Install Node 20 or later together with npm, then try again.');
  if (status === 0) return;
  // npm says why first, and at length how it is used after.
  const lines = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(0, 20).join('\n');
  fail(`npm ci did not succeed:\n\n${lines}\n\nOnce that is mended, run the same command again: it starts afresh.`);
}

async function waitForLock(file) {
  for (let said = false; ; said = true) {
    let lock;
    try {
      lock = takeLock(file);
    } catch (error) {
      // The one who had the lock may remove its folder just as we look into it.
      if (error.code === 'ENOENT') continue;
      cannotWrite(error);
    }
    if (!('heldBy' in lock)) return lock;
    if (!said) console.error(`Process ${lock.heldBy} is installing the packages; waiting for it …`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** The Node to run with: this one if it is new enough, else the one among the packages. */
function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath;
  const packaged = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  fail(
    `KingBus needs Node ${oldestNode.join('.')} or later, and this is Node ${process.versions.node}. ` +
      `The packages bring their own for Linux on x64 and arm64 only (this is ${process.platform} on ${process.arch}): ` +
      'install Node 24 from https://nodejs.org, then run the same command again.',
  );
}

/** Runs the file as a child: a Node that lacks process.execve cannot become another. */
function run(node) {
  const child = spawn(node, ['--import', quickly, resolve(root, script), ...scriptArguments], { stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal, perhaps from npm, and from here. It takes repeats at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
}

function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // Someone else waits in it, and will remove it in turn.
  }
}

/** @returns {never} */
function cannotWrite(error) {
  fail(
    `Packages cannot be installed in ${root}: ${error.message}. ` +
      'Make the folder writable and see that the disk has about 700 MB free, then run the same command again.',
  );
}

/** @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}

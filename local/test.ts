// `npm test`: the whole suite on MariaDB and Redis of its own, in a temporary folder that is removed afterwards.
// Arguments go to vitest: `npm test -- tests/orders`. KINGBUS_TEST_DATABASE_URL and KINGBUS_TEST_REDIS_URL name servers
// to use instead; the database user must have all rights on databases named kingbus….
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, type Subprocess } from 'execa'
import { Cleanup, report } from './command.ts'
import { checkout, takeFolder } from './folder.ts'
import { startMariaDb } from './servers/mariadb.ts'
import { startRedis } from './servers/redis.ts'
import { onStopSignals } from './signals.ts'
import { ensureSigningKey } from './signing-key.ts'
import { folderPrefix, removeAbandonedFolders } from './test-folders.ts'
import { closingLine } from './test-result.ts'
import { requireTools } from './tools/require.ts'

const cleanup = new Cleanup()
let vitest: Subprocess | undefined
let stoppedBy: NodeJS.Signals | undefined
onStopSignals({
  first(signal) {
    stoppedBy = signal
    // Vitest ends by itself at the terminal's Ctrl-C; the others reach only us.
    if (vitest === undefined) void cleanup.run().then(() => process.exit(130))
    else vitest.kill(signal)
  },
  again: () => (vitest === undefined ? process.exit(130) : vitest.kill('SIGKILL')),
})

try {
  process.exitCode = await test()
} catch (error) {
  if (stoppedBy === undefined) report(error)
  process.exitCode = 1
} finally {
  await cleanup.run()
}
if (stoppedBy !== undefined) process.exitCode = 130
process.exit()

async function test(): Promise<number> {
  const say = (line: string) => console.error(line)
  await requireTools(['mariadb', 'redis', 'caddy', 'apache'], say)
  await removeAbandonedFolders()
  const folder = mkdtempSync(join(tmpdir(), folderPrefix))
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }))
  takeFolder(folder, (pid) => `Process ${pid} uses ${folder}.`)
  const result = join(folder, 'result.json')
  const words = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${result}`, ...process.argv.slice(2)]
  const environment = await prepare(folder)
  vitest = execa('vitest', words, {
    cwd: checkout,
    stdio: 'inherit',
    reject: false,
    extendEnv: false,
    env: { ...withoutOurSettings(process.env), ...environment },
    preferLocal: true,
    localDir: checkout,
  })
  const { exitCode } = await vitest
  vitest = undefined
  console.log(closingLine(readResult(result)))
  return exitCode ?? 1
}

async function prepare(folder: string): Promise<Record<string, string>> {
  const keys = join(folder, 'keys')
  const given = { database: process.env['KINGBUS_TEST_DATABASE_URL'], redis: process.env['KINGBUS_TEST_REDIS_URL'] }
  const startOwn = async <T extends { url: string; stop: () => Promise<void> }>(start: () => Promise<T>) => {
    const server = await start()
    cleanup.add(() => server.stop())
    return server.url
  }
  const [database, redis] = await Promise.all([
    given.database ?? startOwn(() => startMariaDb({ folder: join(folder, 'mariadb'), bufferPool: 128 })),
    given.redis ?? startOwn(() => startRedis({ folder: join(folder, 'redis') })),
    ensureSigningKey(keys),
  ])
  return { DATABASE_URL: database, REDIS_URL: redis, KINGBUS_TEST_HOME: folder, KINGBUS_TEST_KEYS: keys }
}

/** The tests must not depend on what the developer has set for a start of the product. */
function withoutOurSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('KINGBUS_')))
}

function readResult(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

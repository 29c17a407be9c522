// npm run bench: measures p8a beside bare Node and beside other process managers.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { ours, peers } from './adapters/kinds.ts'
import type { Kind } from './adapters/manager.ts'
import { nowMs } from './clock.ts'
import { thisMachine } from './machine.ts'
import { measure } from './measure.ts'
import { helpText, type Options, readOptions } from './options.ts'
import { pageWith, resultsText } from './page.ts'
import { sweep } from './processes.ts'
import type { Results } from './results.ts'
import { allRows } from './rows/all.ts'
import { warmUp } from './warm-up.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pageFile = join(root, 'docs/PERFORMANCE.md')

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}

async function main(options: Options): Promise<number> {
  if (options.wantsHelp) {
    const peerIds = peers.map(({ id }) => id)
    process.stdout.write(helpText(allRows, peerIds))
    return 0
  }
  if (process.platform !== 'linux') throw new Error('The bench reads /proc, so it runs on Linux only')
  const rows = chosenRows(options)
  const wanted = chosenPeers(options)
  const kinds = [ours, ...wanted.filter(peer => peer.version() !== undefined)]
  const notInstalled = wanted.filter(peer => !kinds.includes(peer)).map(({ title }) => title)
  if (notInstalled.length > 0) say(`Not installed, left out: ${notInstalled.join(', ')} (scripts/bench/install-peers)`)
  if (options.doesBuild) await execa(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })

  const [startedAt, startMs] = [new Date().toISOString(), nowMs()]
  const measured = await inTempDir(async dir => {
    const coldFailures = await warmUp(kinds, dir, options)
    const { rows: results, failures } = await measure({ rows, kinds, dir, options, say })
    return { rows: results, failures: [...coldFailures, ...failures] }
  })
  const results: Results = {
    machine: thisMachine(),
    startedAt,
    tookMs: nowMs() - startMs,
    isQuick: options.isQuick,
    managers: Object.fromEntries(kinds.map(kind => [kind.id, toldOf(kind)])),
    notInstalled,
    ...measured,
  }
  process.stdout.write(`\n${resultsText(results)}`)
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`)
  if (options.doesWritePage) writeFileSync(pageFile, pageWith(readFileSync(pageFile, 'utf8'), results))
  return results.failures.length === 0 ? 0 : 1
}

function toldOf(kind: Kind): Results['managers'][string] {
  const { title, among } = kind
  return { title, version: kind.version() ?? '', ...(among && { among }) }
}

function chosenRows({ rows }: Options) {
  const unknown = rows?.filter(id => !allRows.some(row => row.id === id)) ?? []
  if (unknown.length > 0) throw new Error(`No such row: ${unknown.join(', ')} (--help lists them)`)
  return allRows.filter(row => rows === undefined || rows.includes(row.id))
}

/** `pm2` means both of its modes. */
function chosenPeers({ peers: names, isQuick }: Options) {
  const unknown = names?.filter(name => !peers.some(({ id }) => id.startsWith(name))) ?? []
  if (unknown.length > 0) throw new Error(`No such peer: ${unknown.join(', ')} (--help lists them)`)
  return peers.filter(({ id }) => (names === undefined ? !isQuick : names.some(name => id.startsWith(name))))
}

/** Whatever happens, Ctrl-C too, no process and no file of it is left. */
async function inTempDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-bench-'))
  const clear = () => {
    sweep(dir)
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }
  for (const [signal, code] of Object.entries(signals)) {
    process.once(signal, () => {
      clear()
      process.exit(code)
    })
  }
  return await work(dir).finally(clear)
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

// What the built program loads of Node for a run that does nothing: each module is paid for by every run, in memory and in time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Assignment, linkEnv } from '../../protocol/link.ts'
import { type Scratch, scratch } from '../scratch.ts'

const shim = fileURLToPath(new URL('../../dist/shim.cjs', import.meta.url))

/** Writes what is loaded by then, and ends. */
const pod = `export default ({ file }) => {
  process.getBuiltinModule('fs').writeFileSync(file, JSON.stringify(process.moduleLoadList))
  process.exit()
}`

/** What a run asks of Node by its nature: its output and its children are seen, and stack traces have the names of its sources. */
const byNature = `const { registerHooks } = require('node:module')
  registerHooks({})
  require('node:diagnostics_channel').channel('a')
  for (const name of ['url', 'util', 'path', 'events']) require(name)
  process.noDeprecation = true
  process.binding('pipe_wrap')
  process.setSourceMapsEnabled(true)`

async function loadedByRun(at: Scratch): Promise<string[]> {
  mkdirSync(at.path('storage'))
  for (const file of ['out', 'err']) writeFileSync(at.path(file), '')
  const assignment: Assignment = {
    run: 'web.1',
    name: 'web',
    slot: 0,
    path: '',
    storage: at.path('storage'),
    cwd: at.path('storage'),
    params: { file: at.path('run.json') },
    callTimeoutMs: 1000,
    main: at.file('pod.mjs', pod),
    log: {
      file: at.path('1.log'),
      maxFileBytes: 1_000_000,
      maxTotalBytes: 1_000_000,
      raw: { stdout: at.path('out'), stderr: at.path('err') },
    },
    exitFile: at.path('1.exit'),
    door: at.path('door.sock'),
  }
  const welcome = { jsonrpc: '2.0', id: 1, result: { do: 'run', assignment } }
  const server = net.createServer(socket => socket.once('data', () => socket.write(`${JSON.stringify(welcome)}\n`)))
  server.listen(at.path('link.sock'))
  await once(server, 'listening')
  const env = { [linkEnv.socket]: at.path('link.sock'), [linkEnv.ticket]: 'ticket' }
  await once(spawn(process.execPath, [shim], { env, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
  server.close()
  return modulesIn(at.path('run.json'))
}

async function loadedByNature(at: Scratch): Promise<string[]> {
  const call = `import(${JSON.stringify(pathToFileURL(at.path('pod.mjs')).href)}).then(pod => pod.default({ file: ${JSON.stringify(at.path('bare.json'))} }))`
  await once(spawn(process.execPath, ['-e', `${byNature}\n${call}`], { stdio: 'inherit' }), 'exit')
  return modulesIn(at.path('bare.json'))
}

/** Their names, without bindings, which cost nothing. */
function modulesIn(file: string): string[] {
  const all = JSON.parse(readFileSync(file, 'utf8')) as string[]
  return all.flatMap(name => /^NativeModule (.*)/.exec(name)?.[1] ?? [])
}

test('an idle run loads no more of Node than it has to', async () => {
  using at = scratch()
  const run = await loadedByRun(at)
  const bare = await loadedByNature(at)
  assert.equal(
    run.filter(name => !bare.includes(name)),
    [],
  )
})

test.run()

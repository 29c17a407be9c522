// What is known of children before they begin, however they are begun. Each case is a process of its own, since what is
// patched stays so.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from '../../scratch.ts'

const module = pathToFileURL(new URL('../../../shim/log/children.ts', import.meta.url).pathname).href

/** Runs `code` in a process that says what the children got, and gives them nothing to inherit but a pipe of its own. */
function stdioOf(code: string, { isLoaded }: { isLoaded: boolean }): string[] {
  using at = scratch()
  writeFileSync(
    at.path('main.mjs'),
    `${isLoaded ? `process.getBuiltinModule('node:child_process')\n` : ''}
    const { passStdio } = await import(${JSON.stringify(module)})
    const seen = []
    passStdio(stdio => (seen.push(JSON.stringify(stdio) ?? 'undefined'), stdio))
    const { run } = await import('./pod.mjs')
    await run()
    process.on('exit', () => console.log(seen.join('\\n')))`,
  )
  writeFileSync(at.path('pod.mjs'), code)
  writeFileSync(at.path('worker.mjs'), 'process.exit()')
  const { stdout, stderr } = spawnSync(process.execPath, [at.path('main.mjs')], { encoding: 'utf8', timeout: 20_000 })
  assert.is(stderr, '')
  return stdout.split('\n').slice(0, -1)
}

const cases: [title: string, code: string, seen: string[]][] = [
  [
    'spawn, by import',
    `import { spawn } from 'node:child_process'
    export const run = async () => { spawn('true', { stdio: 'inherit' }); spawn('true', [], { stdio: ['ignore', 1, 2] }); spawn('true') }`,
    ['"inherit"', '["ignore",1,2]', 'undefined'],
  ],
  [
    'those that wait, by import of a name',
    `import { spawnSync, execFileSync, execSync } from 'child_process'
    export const run = () => { spawnSync('true', { stdio: 'inherit' }); execFileSync('true', [], { stdio: ['ignore', 'inherit', 'pipe'] }); execSync('true', { stdio: 'inherit' }); spawnSync('true') }`,
    ['"inherit"', '["ignore","inherit","pipe"]', '"inherit"'],
  ],
  [
    'exec, by require',
    `import { createRequire } from 'node:module'
    const { execSync, exec } = createRequire(import.meta.url)('child_process')
    export const run = async () => { execSync('true', { stdio: 'inherit' }); await new Promise(resolve => exec('true', resolve)) }`,
    ['"inherit"', 'undefined'],
  ],
  [
    'cluster.fork, which no program asks for a child',
    `import cluster from 'node:cluster'
    export const run = async () => {
      cluster.setupPrimary({ exec: 'worker.mjs', cwd: import.meta.dirname })
      await new Promise(resolve => cluster.fork().on('exit', resolve))
    }`,
    ['[0,1,2,"ipc"]'],
  ],
]

for (const isLoaded of [false, true]) {
  const when = isLoaded ? 'loaded before' : 'loaded by the pod'
  for (const [title, code, seen] of cases) {
    test(`passStdio() sees ${title}, the module being ${when}`, () => {
      assert.equal(stdioOf(code, { isLoaded }), seen)
    })
  }
}

test.run()

import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { takeNodeFlags } from '../../protocol/node-flags.ts'
import { scratch } from '../scratch.ts'

test('takeNodeFlags() makes one word of an option and its value, and stops at the first word that is no option', () => {
  const table: [words: string, flags: string[], rest: string[]][] = [
    ['app.js -r x', [], ['app.js', '-r', 'x']],
    ['-r dotenv/config app.js', ['--require=dotenv/config'], ['app.js']],
    ['--import tsx --inspect=0 a.ts b', ['--import=tsx', '--inspect=0'], ['a.ts', 'b']],
    ['--max-old-space-size=100 --loader ts-node/esm', ['--max-old-space-size=100', '--loader=ts-node/esm'], []],
    ['-C dev', ['--conditions=dev'], []],
    ['-r', ['--require='], []],
  ]
  for (const [words, flags, rest] of table) assert.equal(takeNodeFlags(words.split(' ')), { flags, rest }, words)
})

test('takeNodeFlags() makes words that Node takes', () => {
  using at = scratch()
  const { flags } = takeNodeFlags(['-r', at.file('pre.cjs', 'console.log("before")'), '-C', 'dev'])
  const { stdout } = spawnSync(process.execPath, [...flags, '-e', 'console.log("it")'], { encoding: 'utf8' })
  assert.is(stdout, 'before\nit\n')
})

test.run()

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Options } from '../../../cli/argv/options.ts'
import { configOf, startFlags } from '../../../cli/argv/start-flags.ts'
import { parseConfig } from '../../../protocol/config.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

function options(...given: [name: string, value: string][]): Options {
  const options = new Options()
  for (const [name, value] of given) options.add(name, value)
  return options
}

test('configOf() has only what was given', async () => {
  assert.equal(await configOf(options()), {})
  assert.equal(await configOf(options(['scale', '3'], ['check-interval', '5s'])), {
    scale: 3,
    check: { interval: '5s' },
  })
})

test('configOf() reads every policy option into a config that the host takes', async () => {
  const values: Record<string, string> = {
    '<n>': '2',
    '<time>': '10s',
    '<k=v>': 'A=b=c',
    '<policy>': 'never',
    '<when>': 'after 5',
    '<said>': 'said',
    '<dir>': '/srv',
    '<flag>': '--expose-gc',
    '<file>': '/dev/null',
    '<role>': 'deploy',
    '<name>': 'small',
    '<port>': '8080',
    '<path>': '/health',
    '<route>': 'app.example.com',
    '<line>': 'true',
    '<kind>': 'worker',
    '<size>': '200MB',
    '<count>': '1024',
    '<signal>': 'SIGINT',
    '<whom>': 'main',
    '<level>': 'sandbox',
    '<cpus>': '0.5',
    '<address>': '8080',
    '<tag>': 'gpu',
  }
  const given = startFlags.map(([flag]): [string, string] => {
    const [, name = '', value = ''] = /^--(\S+)(?: (.+))?$/.exec(flag) ?? []
    return [name, values[value] ?? 'no value for it in this test']
  })
  const config = parseConfig(await configOf(options(...given)))
  // The checks are one key, so are the limits, what is about hosts, and variables however they are given.
  const within = [config.check, config.limits, config.on].flatMap(part => Object.keys(part ?? {}).slice(1))
  assert.is(Object.keys(config).length + within.length, startFlags.length - 1)
  assert.equal(config.env, { A: 'b=c' })
  assert.equal(config.nodeFlags, ['--expose-gc'])
  assert.equal(config.labels, { A: 'b=c' })
})

test('configOf() collects repeated options', async () => {
  assert.equal(await configOf(options(['env', 'A=1'], ['env', 'B='], ['node-flag', '-x'], ['node-flag', '-y'])), {
    env: { A: '1', B: '' },
    nodeFlags: ['-x', '-y'],
  })
})

test('configOf() reads files of variables; what is named by itself counts more', async () => {
  using at = scratch()
  const [first, second] = [join(at.dir, 'first.env'), join(at.dir, 'second.env')]
  writeFileSync(first, '# a comment\nA=1\nB="two words"\n')
  writeFileSync(second, 'export A=2\nC=3\n')
  const given = options(['env-file', first], ['env', 'C=4'], ['env-file', second])
  assert.equal(await configOf(given), { env: { A: '2', B: 'two words', C: '4' } })
  const error = await failsWith('file_not_found', () => configOf(options(['env-file', join(at.dir, 'none')])))
  assert.match(error.message, 'none')
})

test('configOf() keeps a variable of any name', async () => {
  using at = scratch()
  const file = at.file('vars', '__proto__=F\nconstructor=F\n')
  const { env } = await configOf(options(['env', 'constructor=E'], ['env', 'prototype=E'], ['env-file', file]))
  assert.equal(Object.entries(env ?? {}).sort(), [
    ['__proto__', 'F'],
    ['constructor', 'E'],
    ['prototype', 'E'],
  ])
})

test('configOf() refuses what is no number and what is no variable, naming it', async () => {
  assert.match((await failsWith('usage', () => configOf(options(['scale', 'ten'])))).message, '"ten"')
  assert.match((await failsWith('usage', () => configOf(options(['retries', '0'])))).message, '"0"')
  assert.match((await failsWith('usage', () => configOf(options(['env', 'A'])))).message, '"A"')
  await failsWith('usage', () => configOf(options(['env', '=x'])))
  assert.match((await failsWith('usage', () => configOf(options(['label', 'route'])))).hint ?? '', '--label name=value')
})

test.run()

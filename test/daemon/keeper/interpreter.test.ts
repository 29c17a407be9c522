import { chmodSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandOf, isRunnable } from '../../../daemon/keeper/interpreter.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

/** The command line of a script with this content, where `env` finds the program `there`. */
async function command(at: Scratch, content: string | Buffer): Promise<string[]> {
  const program = at.file('bin/there', '')
  chmodSync(program, 0o755)
  const file = at.file('script', typeof content === 'string' ? content : content.toString('latin1'))
  const [first, ...rest] = await commandOf(file, { name: 'job', args: ['a b'], path: `/no/such:${at.path('bin')}` })
  return [first === file ? 'script' : first, ...rest.map(word => (word === file ? 'script' : word))]
}

test('commandOf() runs a script by its #! line, or as the program that it is', async () => {
  using at = scratch()
  for (const content of ['#!/bin/sh\n', '#! /bin/sh -e', '#!/usr/bin/env there\n', '\x7fELF and more'])
    assert.equal(await command(at, content), ['script', 'a b'], content)
})

test('commandOf() lets the shell run what says nothing of how it is run', async () => {
  using at = scratch()
  for (const content of ['echo 1\n', '', '# !/bin/sh'])
    assert.equal(await command(at, content), ['/bin/sh', 'script', 'a b'])
})

for (const [content, interpreter, why] of [
  ['#!sh', 'sh', 'it is not an absolute path'],
  ['#!/no/such -x', '/no/such', 'there is no such file'],
  ['#!/tmp', '/tmp', 'it is not a file'],
  ['#!/etc/passwd', '/etc/passwd', 'the host may not execute it'],
  ['#!/usr/bin/env gone', 'gone', /it is not in PATH/],
  ['#!/usr/bin/env -S A=1 gone --x', 'gone', /it is not in PATH/],
  ['#!/bin/sh\r\n', '/bin/sh\r', 'there is no such file'],
] as const) {
  test(`commandOf() refuses ${JSON.stringify(content)}, and names what is missing`, async () => {
    using at = scratch()
    const error = await failsWith('bad_interpreter', () => command(at, content))
    assert.match(error.message, why)
    assert.is(error.facts.interpreter, interpreter)
    assert.is(/carriage return/.test(error.hint ?? ''), content.includes('\r'))
  })
}

test('commandOf() looks for nothing behind options of env that it does not know', async () => {
  using at = scratch()
  for (const content of ['#!/usr/bin/env -u gone other', '#!/usr/bin/env /bin/gone', '#!/usr/bin/env -i'])
    assert.equal(await command(at, content), ['script', 'a b'], content)
})

test('commandOf() says that the script itself cannot be read', async () => {
  using at = scratch()
  const options = { name: 'job', args: [], path: '' }
  assert.is((await failsWith('start_failed', () => commandOf(at.path('gone'), options))).hint, 'Push it again')
})

test('isRunnable() is true of what the kernel runs by itself', () => {
  assert.equal(
    ['#!/bin/sh', '\x7fELF', 'echo', ''].map(text => isRunnable(Buffer.from(text, 'latin1'))),
    [true, true, false, false],
  )
})

test.run()

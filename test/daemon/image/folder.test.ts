// What is found in a folder on the disk: its policy, and what starts in it.
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describeFolder, describeLinked } from '../../../daemon/image/folder.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('describeFolder() reads the policy from package.json, or from pod.json beside it', async () => {
  using at = scratch()
  at.file('app.js', '')
  at.file('package.json', JSON.stringify({ main: 'app.js', pod: { scale: 2, stopTimeout: '3s' } }))
  const { config, starts } = await describeFolder(at.dir, {})
  assert.equal(config, { scale: 2, stopTimeout: 3000 })
  assert.equal(starts, { how: 'program', entry: 'app.js', args: [], because: '"main" of package.json' })
  at.file('pod.json', JSON.stringify({ scale: 3, command: 'make run' }))
  const beside = await describeFolder(at.dir, {})
  assert.equal([beside.config, beside.starts.how], [{ scale: 3 }, 'command'])
})

test('describeFolder() makes flags and variables of the start script part of the policy', async () => {
  using at = scratch()
  at.file('app.js', '')
  at.file(
    'package.json',
    JSON.stringify({ scripts: { start: 'A=1 node --no-warnings app.js' }, pod: { env: { B: '2' } } }),
  )
  assert.equal((await describeFolder(at.dir, {})).config, { nodeFlags: ['--no-warnings'], env: { A: '1', B: '2' } })
})

test('describeFolder() takes a command that the user of the host alone may execute, as what is installed is', async () => {
  using at = scratch()
  at.file('bin/run', '#!/bin/sh\n')
  chmodSync(at.path('bin/run'), 0o400)
  const described = () => describeFolder(at.dir, { command: 'bin/run --x' })
  assert.match((await failsWith('bad_image', described)).message, 'it is not executable')
  chmodSync(at.path('bin/run'), 0o500)
  assert.is((await described()).starts.how, 'command')
})

test('describeFolder() finds the program of a package, if it is one for Node', async () => {
  using at = scratch()
  at.file('node_modules/x/bin.js', '#!/usr/bin/env node\n')
  at.file('node_modules/y/bin.sh', '#!/bin/sh\n')
  mkdirSync(at.path('node_modules/.bin'))
  symlinkSync('../x/bin.js', at.path('node_modules/.bin/x'))
  symlinkSync('../y/bin.sh', at.path('node_modules/.bin/y'))
  const starts = async (start: string) => {
    at.file('package.json', JSON.stringify({ scripts: { start } }))
    return (await describeFolder(at.dir, {})).starts
  }
  assert.equal(await starts('x serve'), {
    how: 'program',
    entry: 'node_modules/x/bin.js',
    args: ['serve'],
    because: '"scripts.start" of package.json',
  })
  assert.is((await starts('y serve')).how, 'command')
})

test('describeFolder() takes package.json as npm does: with a byte order mark, and an empty script for none', async () => {
  using at = scratch()
  at.file('app.js', '')
  for (const start of ['', '  ']) {
    at.file('package.json', `\uFEFF${JSON.stringify({ main: 'app.js', scripts: { start, 'start:prod': start } })}`)
    const { starts } = await describeFolder(at.dir, {})
    assert.equal(starts, { how: 'program', entry: 'app.js', args: [], because: '"main" of package.json' })
  }
})

test('describeFolder() names what is wrong in the folder', async () => {
  using at = scratch()
  at.file('app.js', '')
  at.file('package.json', '{ nonsense')
  assert.match((await failsWith('bad_image', () => describeFolder(at.dir, {}))).message, 'package.json')
  at.file('package.json', JSON.stringify({ main: 'app.js', pod: { scael: 2 } }))
  const unknown = await failsWith('bad_config', () => describeFolder(at.dir, {}))
  assert.is(unknown.message, 'Cannot use "pod" of package.json: "scael" is unknown')
  assert.match(unknown.hint ?? '', /^Did you mean "scale"\? Known keys: .*scale.*, entry, command$/)
  for (const [pod, message] of [
    ['web', 'it must be an object'],
    [[], 'it must be an object'],
    [{ entry: 5 }, '"entry" is not a text'],
    [{ command: ['npm', 'start'] }, '"command" is not a text'],
    [{ scale: 0 }, '"scale" is not a whole number'],
  ] as const) {
    at.file('package.json', JSON.stringify({ main: 'app.js', pod }))
    const { message: text } = await failsWith('bad_config', () => describeFolder(at.dir, {}))
    assert.match(text, `Cannot use "pod" of package.json: ${message}`)
  }
  at.file('package.json', '{}')
  at.file('pod.json', '[]')
  const { message } = await failsWith('bad_config', () => describeFolder(at.dir, {}))
  assert.is(message, 'Cannot use pod.json: it must be an object')
})

test('describeFolder() starts what pod.json names, also where there is no package.json', async () => {
  using at = scratch()
  at.file('pod.json', JSON.stringify({ command: 'python3 app.py', scale: 2 }))
  const { starts, config } = await describeFolder(at.dir, {})
  assert.equal(starts, { how: 'command', command: 'python3 app.py', because: '"command" in pod.json' })
  assert.equal(config, { scale: 2 })
  at.file('package.json', JSON.stringify({ pod: { command: 'make run', scale: 3 } }))
  assert.equal(await describeFolder(at.dir, {}), { starts, config })
})

test('describeLinked() keeps a folder where it is, and knows it again', async () => {
  using at = scratch()
  at.file('app.js', '')
  const image = await describeLinked(at.dir, {})
  assert.equal([image.at, image.format, image.size], [at.dir, 'folder', 0])
  assert.is((await describeLinked(at.dir, {})).hash, image.hash)
  assert.is.not((await describeLinked(at.dir, { args: ['x'] })).hash, image.hash)
  for (const wrong of ['relative', at.path('app.js'), at.path('gone')])
    await failsWith('bad_image', () => describeLinked(wrong, {}))
})

test.run()

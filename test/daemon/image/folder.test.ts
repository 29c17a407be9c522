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

test('describeFolder() names what is wrong in the folder', async () => {
  using at = scratch()
  at.file('app.js', '')
  at.file('package.json', '{ nonsense')
  assert.match((await failsWith('bad_image', () => describeFolder(at.dir, {}))).message, 'package.json')
  at.file('package.json', JSON.stringify({ main: 'app.js', pod: { scael: 2 } }))
  assert.match((await failsWith('bad_config', () => describeFolder(at.dir, {}))).message, '"pod" of package.json.scael')
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

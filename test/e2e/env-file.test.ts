// Files of variables and scripts as other systems' editors write them, through the command as the system begins it. Not here: what
// a line may be (test/cli/argv/env-file.test.ts).
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { podProgram } from '../paths.ts'
import { TestHost } from './harness.ts'

const test = suite('env files')
const host = new TestHost()

function file(name: string, text: string): string {
  const path = join(host.dir, name)
  writeFileSync(path, text)
  return path
}

test.before(async () => {
  await host.up()
  await host.pushFile('print', file('print.sh', 'printf "%s|" "$FIRST" "$GLUED" "$NODE_OPTIONS" "$TZ"\n'))
})
test.after(() => host.dispose())

test('pod --env-file reaches the command, and what stands in the file acts on the pod alone', async () => {
  const env = file('a.env', '\uFEFFFIRST=1\r\nGLUED=pass#word\r\nNODE_OPTIONS=--require /none.cjs\r\nTZ=Mars/Base\r\n')
  const { code, stdout, stderr } = await host.run(podProgram, ['start', 'local', 'print', '--env-file', env, '--wait'])
  assert.equal([code, stderr, stdout], [0, '', '1|pass#word|--require /none.cjs|Mars/Base|'])
})

test('pod --env-file acts on the pod alone also if pod is started as node pod.cjs', async () => {
  const profiles = join(host.dir, 'profiles')
  const env = file('c.env', `FIRST=1\nNODE_OPTIONS=--heap-prof --heap-prof-dir=${profiles}\n`)
  const args = [podProgram, 'start', 'local', 'print', '--env-file', env, '--wait']
  const { code, stdout, stderr } = await host.run(process.execPath, args)
  assert.equal([code, stderr, stdout], [0, '', `1||--heap-prof --heap-prof-dir=${profiles}||`])
  assert.not(existsSync(profiles), 'Node has not profiled pod')
})

test('pod --env-file of a file that is not there is answered by the command, however the option is written', async () => {
  for (const args of [['--env-file', '/nonexistent'], ['--env-file=/nonexistent']]) {
    const { code, stderr } = await host.run(podProgram, ['start', 'local', 'print', ...args])
    assert.is(code, 2)
    assert.match(stderr, 'Cannot read --env-file "/nonexistent": there is no such file')
  }
})

test('pod --env-file names a line that is none', async () => {
  const env = file('b.env', 'FIRST=1\nsecret\n')
  const { exit, message } = await host.refused('start', 'local', 'print', '--env-file', env)
  assert.is(exit, 2)
  assert.match(message, 'line 2 has no "="')
})

test('pod push refuses a script with a byte order mark, whatever it is called', async () => {
  for (const name of ['bom.sh', 'bom', 'bom.py']) {
    const { code, message } = await host.refused('push', 'local', 'bom', file(name, '\uFEFF#!/bin/bash\nlist=(a b)\n'))
    assert.is(code, 'bad_image')
    assert.match(message, 'begins with a byte order mark')
  }
})

test('a pod in JavaScript may have a byte order mark, and so may what it imports', async () => {
  file('data.json', '\uFEFF{"n":1}')
  file('dep.js', '\uFEFFexport const two = 2')
  const pod = file(
    'marked.js',
    `\uFEFFimport data from './data.json'\nimport { two } from './dep.js'\nexport const sum = () => data.n + two\nexport default async () => {}`,
  )
  await host.pushFile('marked', pod)
  await host.begin('marked')
  assert.is(await host.call('marked', 'sum'), 3)
})

test('a script of the shell may have a byte order mark', async () => {
  const { code, stdout, stderr } = await host.run(podProgram, ['shell', 'local'], { input: '\uFEFFstatus\n' })
  assert.equal([code, stderr], [0, ''])
  assert.match(stdout, 'print')
})

test.run()

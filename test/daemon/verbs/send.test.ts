import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { stdinPipe } from '../../../daemon/system/paths.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const code = `export const config = { stdin: 'open' }\n`

test('send() writes into the stdin of each run that is up', async () => {
  await using host = await Inside.open()
  await host.push('web', { code })
  await host.do('pod.start', { name: 'web' })
  const pipe = stdinPipe(host.seams.paths.pod('web'), 1)
  mkdirSync(dirname(pipe), { recursive: true })
  spawnSync('mkfifo', [pipe])
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK)
  assert.equal(await host.do('pod.send', { name: 'web', text: 'hello\n' }), { name: 'web', runs: ['web.1'], bytes: 6 })
  assert.equal((await host.do('pod.send', { name: 'web.1', text: 'AP8=', encoding: 'base64' })).bytes, 2)
  const read = Buffer.alloc(100)
  assert.is(read.subarray(0, readSync(fd, read)).toString('latin1'), 'hello\n\x00\xff')
  closeSync(fd)
})

test('send() refuses a pod whose stdin is empty, one that is not up, and a run that does not read', async () => {
  await using host = await Inside.open()
  await host.push('plain')
  await host.do('pod.start', { name: 'plain' })
  assert.match(
    (await failsWith('unsupported', () => host.do('pod.send', { name: 'plain', text: '' }))).hint ?? '',
    /stdin: 'open'/,
  )
  await host.push('web', { code })
  await failsWith('pod_not_up', () => host.do('pod.send', { name: 'web', text: 'x' }))
  await host.do('pod.start', { name: 'web' })
  await failsWith('pod_not_up', () => host.do('pod.send', { name: 'web', text: 'x' }))
  await failsWith('run_not_found', () => host.do('pod.send', { name: 'web.9', text: 'x' }))
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

async function pushed(code: string, encoding: 'utf8' | 'base64' = 'utf8'): Promise<Inside> {
  const host = await Inside.open()
  await host.do('pod.push', { name: 'job', code, encoding, kind: 'script' })
  return host
}

test('script() gives the script as it was pushed last', async () => {
  await using host = await pushed('#!/bin/sh\necho 1\n')
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\necho ö\n', kind: 'script' })
  const { script, encoding, version, size } = await host.do('pod.script', { name: 'job' })
  assert.equal([script, encoding, version, size], ['#!/bin/sh\necho ö\n', 'utf8', 2, 18])
})

test('script() gives base64 where that is asked for, and where the script is no text', async () => {
  await using host = await pushed('#!/bin/sh\n')
  const asked = await host.do('pod.script', { name: 'job', encoding: 'base64' })
  assert.equal([asked.script, asked.encoding], [btoa('#!/bin/sh\n'), 'base64'])
  const bytes = Buffer.from([0x23, 0x21, 0x2f, 0xff, 0x0a]).toString('base64')
  await host.do('pod.push', { name: 'job', code: bytes, encoding: 'base64', kind: 'script' })
  const found = await host.do('pod.script', { name: 'job' })
  assert.equal([found.script, found.encoding], [bytes, 'base64'])
})

test('script() refuses a service', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await failsWith('unsupported', () => host.do('pod.script', { name: 'web' }))
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

async function job(output: string): Promise<Inside> {
  const host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  host.machine.script = async () => ({ output, code: 3 })
  await host.do('pod.start', { name: 'job' })
  await host.becomes('job', 'idle')
  return host
}

test('output() gives what a run wrote from an offset on, and how it ended', async () => {
  await using host = await job('hello')
  const all = await host.do('pod.output', { name: 'job.1' })
  assert.equal([all.run, all.data, all.next, all.done, all.end?.code], ['job.1', 'hello\n', 6, true, 3])
  assert.is((await host.do('pod.output', { name: 'job.1', offset: 2, limit: 3 })).data, 'llo')
  assert.is((await host.do('pod.output', { name: 'job.1', encoding: 'base64' })).data, 'aGVsbG8K')
})

test('output() means the newest run by the name of the pod, and waits for more of one that goes on', async () => {
  await using host = await job('old')
  const gate = Promise.withResolvers<void>()
  host.machine.script = async () => {
    await gate.promise
    return { output: 'new', code: 0 }
  }
  await host.do('pod.start', { name: 'job' })
  assert.equal((await host.do('pod.output', { name: 'job' })).done, false)
  const waiting = host.do('pod.output', { name: 'job', waitMs: 10_000 })
  gate.resolve()
  assert.equal((await waiting).data, 'new\n')
})

test('output() refuses a service, and a run that is none', async () => {
  await using host = await job('x')
  await host.push('web')
  await failsWith('unsupported', () => host.do('pod.output', { name: 'web' }))
  await failsWith('run_not_found', () => host.do('pod.output', { name: 'job.7' }))
})

test.run()

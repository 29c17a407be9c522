import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

async function running(config = {}) {
  const host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', params: { a: '1' }, config })
  await host.push('web', { exports: ['more'] })
  const status = () => host.do('pod.status', { name: 'web' })
  return { host, status }
}

test('reload() lets a run of the newest version take the place of each, one after the other', async () => {
  const { host } = await running({ scale: 2 })
  await using _ = host
  const order: string[] = []
  host.machine.onShim = shim => {
    const [old] = host.machine.shims.filter(({ hasEnded }) => !hasEnded)
    order.push(`begun beside ${old && !old.hasEnded}`)
    shim.onAssigned = () => void order.push(shim.assignment?.run ?? '')
  }
  const after = await host.do('pod.reload', { name: 'web' })
  assert.equal(
    after.runs.map(({ id, version, state }) => [id, version, state]),
    [
      ['web.3', 2, 'up'],
      ['web.4', 2, 'up'],
    ],
  )
  assert.equal([after.version, after.params], [2, { a: '1' }])
  assert.equal(order, ['begun beside true', 'web.3', 'begun beside true', 'web.4'])
  assert.ok(host.machine.shims.slice(0, 2).every(({ told }) => told.some(([method]) => method === 'drain')))
})

test('reload() leaves all as it was if one run does not come up, and lets those go back that were reloaded', async () => {
  const { host, status } = await running({ scale: 2 })
  await using _ = host
  let begun = 0
  host.machine.onShim = shim => {
    begun++
    // The second one of the new version is not up, and ends.
    if (begun !== 2) return
    shim.comesUp = false
    shim.onAssigned = () => shim.end(3, null)
  }
  const error = await failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))
  assert.match(error.message, 'The reload of pod "web" failed: exited with code 3')
  const after = await status()
  assert.equal([after.status, after.version, after.text], ['up', 1, ''])
  assert.equal(
    after.runs.map(({ id, version }) => [id, version]),
    [
      ['web.5', 1],
      ['web.2', 1],
    ],
  )
})

test('reload() says how both versions have a port, where the run that is up listens at one by itself', async () => {
  await using host = await Inside.open()
  const push = async (code: string) => await host.do('pod.push', { name: 'web', code, kind: 'service' })
  await push('#!/bin/sh\nsleep 1')
  await host.do('pod.start', { name: 'web', config: { readyAfter: 60_000, startTimeout: 60_000 }, wait: false })
  const first = await until(() => host.machine.services[0], 'it has begun')
  first.isListening = true
  await host.becomes('web', 'up')
  await push('#!/bin/sh\nsleep 2')
  const hintOf = async (which: number) => {
    const failed = failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))
    const beside = await until(() => host.machine.services[which], 'one is begun beside it')
    beside.end(1, null)
    return (await failed).hint ?? ''
  }
  assert.match(await hintOf(1), 'if it wants the port that the one which is up has, let the host hold the port')
  first.isListening = false
  assert.not.match(await hintOf(2), 'let the host hold the port')
})

test('reload() says nothing of ports where the error that ended the new run says something else', async () => {
  const { host } = await running()
  await using _ = host
  for (const shim of host.machine.shims) shim.isListening = true
  const hintOf = async (message: string) => {
    host.machine.onShim = shim => {
      shim.comesUp = false
      shim.onAssigned = () => shim.end(1, null, message)
    }
    return (await failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))).hint ?? ''
  }
  for (const other of ['SyntaxError: Unexpected token', "Error: Cannot find module './support'"])
    assert.not.match(await hintOf(other), 'the host hold the port', other)
  assert.match(await hintOf('Error: Port 5173 is already in use'), 'if it wants the port')
  const taken = await hintOf('Error: listen EADDRINUSE: address already in use :::80')
  assert.match(taken, 'let the host hold the port')
  assert.not.match(taken, 'if it wants the port')
})

test('reload() waits for one that is under way', async () => {
  const { host } = await running()
  await using _ = host
  const both = [host.do('pod.reload', { name: 'web', version: 2 }), host.do('pod.reload', { name: 'web', version: 1 })]
  const [first, second] = await Promise.all(both)
  assert.equal([first?.version, second?.version], [2, 1])
})

test('reload() ends where something else is asked for meanwhile', async () => {
  const { host, status } = await running()
  await using _ = host
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  const failed = failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))
  await until(async () => (await status()).runs.length === 2, 'another run is there')
  assert.is((await status()).text, 'reloading to v2')
  await host.do('pod.stop', { name: 'web' })
  assert.match((await failed).message, 'something else was asked for meanwhile')
  assert.equal((await status()).runs, [])
})

test('reload() of what may live only once ends it first, and begins it anew where the other does not come up', async () => {
  const { host, status } = await running({ single: true, giveUp: 'after 1' })
  await using _ = host
  const [old] = host.machine.shims
  host.machine.onShim = shim => {
    assert.ok(old?.hasEnded)
    if (host.machine.shims.length > 2) return
    shim.comesUp = false
    shim.onAssigned = () => shim.end(3, null)
  }
  await failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))
  const after = await status()
  assert.equal([after.status, after.version], ['up', 1])
})

test('reload() refuses what is idle, and a version that is not there', async () => {
  const { host } = await running()
  await using _ = host
  await failsWith('version_not_found', () => host.do('pod.reload', { name: 'web', version: 9 }))
  await host.do('pod.stop', { name: 'web' })
  await failsWith('pod_not_up', () => host.do('pod.reload', { name: 'web' }))
})

test.run()

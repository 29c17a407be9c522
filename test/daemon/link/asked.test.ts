import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const call = { fn: 'greet', args: ['Ada'], timeoutMs: 5000, hops: 0 }

/** `asker`, and the host `lab` with a pod `web` in it. */
async function opened({ handles = [] as string[] } = {}) {
  const host = await Inside.open()
  await host.push('asker')
  await host.do('pod.start', { name: 'asker' })
  const lab = await host.mount('lab', { handles })
  return { host, lab, asker: host.machine.shimOf('asker.1') }
}

test('callFrom() asks the handler of the host that the name begins with, by whom it is asked', async () => {
  const { host, lab, asker } = await opened({ handles: ['call'] })
  await using _ = host
  let by: unknown
  lab.functions = {
    call: (name: string, fn: string, args: unknown[], how: { by: unknown }) => {
      by = how.by
      return `${name} ${fn} ${args}`
    },
  }
  assert.equal(await asker.peer?.request('call', { ...call, name: 'lab.web' }), { value: 'web greet Ada' })
  assert.equal(by, { name: 'asker.1', role: 'read', path: '' })
})

test('callFrom() calls a run of the pod where its host has no handler for that', async () => {
  const { host, lab, asker } = await opened()
  await using _ = host
  for (const [method, params] of [
    ['pod.push', { path: 'lab', name: 'web', code: 'export default () => {}; export const greet = () => {}' }],
    ['pod.start', { path: 'lab', name: 'web' }],
  ] as const) {
    await lab.peer?.request('verb', { method, params })
  }
  const web = host.machine.shims.at(-1)
  if (web) web.functions = { greet: (name: string) => `Hello ${name}` }
  assert.equal(await asker.peer?.request('call', { ...call, name: 'lab.web' }), { value: 'Hello Ada' })
})

test('callFrom() fails as the handler fails', async () => {
  const { host, lab, asker } = await opened({ handles: ['call'] })
  await using _ = host
  lab.functions = {
    call: () => {
      throw new P8aError('forbidden', 'Not today')
    },
  }
  await failsWith('forbidden', () => asker.peer?.request('call', { ...call, name: 'lab.web' }))
})

test('callFrom() refuses what is no call', async () => {
  const { host, asker } = await opened()
  await using _ = host
  const wrong = [{ name: 'asker' }, { ...call, name: 'asker', fn: 1 }, { ...call, name: 'asker', args: 'x' }]
  for (const params of wrong) await failsWith('bad_params', () => asker.peer?.request('call', params as never))
})

test('callFrom() counts the hosts on the way, and refuses a circle', async () => {
  const { host, lab, asker } = await opened({ handles: ['call'] })
  await using _ = host
  const hops: number[] = []
  lab.functions = { call: (_n: string, _f: string, _a: unknown[], how: { hops: number }) => void hops.push(how.hops) }
  await asker.peer?.request('call', { ...call, name: 'lab.web', hops: 2 })
  assert.equal(hops, [3])
  await failsWith('host_loop', () => asker.peer?.request('call', { ...call, name: 'lab.web', hops: 1000 }))
})

test.run()

// A disk that is full for as long as a verb takes: each verb that writes is refused, changes nothing, and works once there is room. Not
// here: one call that fails (faults-begin.test.ts, faults-end.test.ts), a file system that is really full (full-disk.test.ts, chaos).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../daemon/store/desired.ts'
import { unsavedText } from '../../daemon/tree/unsaved.ts'
import type { MethodInput, MethodName } from '../../protocol/methods.ts'
import { fixture } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('a full disk')
const host = new SeamHost()

test.before(() => host.open())
test.after(() => host.close())

/** A verb that writes. `needsNoRoom`: it is done all the same. */
type Writing = { [M in MethodName]: { do: M; with: MethodInput<M>; needsNoRoom?: true } }[MethodName]

const code = readFileSync(fixture('forever'), 'utf8')
const script = { name: 'script', code: '#!/bin/sh\ncat\n' }

const writings: readonly Writing[] = [
  { do: 'pod.push', with: { name: 'new', code: `${code}// of its own` } },
  { do: 'pod.push', with: { name: 'app', code: `${code}// another version` } },
  { do: 'pod.start', with: { name: 'idle' } },
  { do: 'pod.restart', with: { name: 'app' } },
  { do: 'pod.reload', with: { name: 'app' } },
  { do: 'pod.rollback', with: { name: 'app' } },
  { do: 'pod.scale', with: { name: 'app', scale: 2 } },
  { do: 'pod.env', with: { name: 'app', set: { NAME: 'value' } } },
  { do: 'pod.group', with: { name: 'both', members: { app: 1, idle: 1 } } },
  { do: 'pod.start', with: { name: 'script', stdin: 'a line' } },
  { do: 'pod.start', with: { name: 'script' } },
  { do: 'profile.set', with: { profile: 'small', config: { limits: { memory: '100MB' } } } },
  { do: 'quota.set', with: { tenant: 'tenant', bounds: { pods: 3 } } },
  { do: 'hook.add', with: { url: 'http://192.0.2.1/', secret: 'secret'.repeat(8) } },
  { do: 'hook.remove', with: { hook: 'http://192.0.2.1/' } },
  { do: 'host.token.add', with: { name: 'ci', role: 'read' } },
  { do: 'host.token.remove', with: { name: 'ci' } },
  { do: 'pod.remove', with: { name: 'app', force: true }, needsNoRoom: true },
]

/** @returns the code of what it is refused with, if it is */
async function ask<M extends MethodName>(method: M, params: MethodInput<M>): Promise<string | undefined> {
  const client = await host.client()
  try {
    await client.call(method, params)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  } finally {
    client.close()
  }
}

/** All that a client sees of the host and that a verb changes. */
async function seen(): Promise<unknown> {
  const client = await host.client()
  try {
    const { pods } = await client.call('pod.list', {})
    const { runs } = await client.call('pod.runs', { name: 'script' })
    const shown = pods.map(({ name, kind, version, latest, want, scale, runs }) => {
      // The run of a script ends by itself.
      return { name, version, latest, want, scale, pids: kind === 'script' ? [] : runs.map(({ pid }) => pid) }
    })
    const state = ['groups.json', 'quotas.json', 'hooks.json', 'tokens.json', 'profiles/small.json'].map(textOf)
    return { shown, runs: runs.length, state }
  } finally {
    client.close()
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(join(host.data, file), 'utf8')
  } catch {
    return ''
  }
}

function halfWritten(): string[] {
  return readdirSync(host.data, { recursive: true, encoding: 'utf8' }).filter(file => /\.tmp$|\.new/.test(file))
}

test('each verb that writes is refused, changes nothing, and works once there is room', async () => {
  for (const pod of [{ name: 'app', code }, { name: 'idle', code }, script])
    assert.is(await ask('pod.push', pod), undefined)
  assert.is(await ask('pod.start', { name: 'app' }), undefined)
  for (const writing of writings) {
    const what = `${writing.do} ${JSON.stringify(writing.with).slice(0, 80)}`
    await host.settle()
    const before = await seen()
    await host.order({ do: 'fill' })
    const refused = await ask(writing.do, writing.with as never)
    await host.settle()
    assert.is(refused, writing.needsNoRoom ? undefined : 'no_space', what)
    assert.ok(isAlive(host.pid), what)
    if (!writing.needsNoRoom) assert.equal(await seen(), before, what)
    await host.order({ do: 'off' })
    if (!writing.needsNoRoom) assert.is(await ask(writing.do, writing.with as never), undefined, what)
  }
  await until(() => halfWritten().length === 0, 'nothing half written is left')
})

/** What is on the disk of what is wanted of it. */
function saved(): Pick<Desired, 'want' | 'scale' | 'killed'> {
  return JSON.parse(readFileSync(join(host.data, 'pods/filler/pod.json'), 'utf8'))
}

test('a pod can be put to sleep, and that is saved once there is room', async () => {
  const client = await host.client()
  try {
    const name = 'sleeper'
    const isNoted = () => readdirSync(join(host.data, 'pods', name)).includes('asleep.json')
    await client.call('pod.push', { name, code })
    await client.call('pod.start', { name, config: { listen: 'unix' } })
    await host.order({ do: 'fill' })
    const { status, runs, problem } = await client.call('pod.sleep', { name })
    assert.equal([status, runs.length, problem, isNoted()], ['idle', 0, unsavedText, false])
    await host.order({ do: 'off' })
    await until(async () => (await client.call('pod.status', { name })).problem === undefined, 'it is saved')
    assert.ok(isNoted())
  } finally {
    client.close()
  }
})

test('what may fill the disk can be stopped, killed and scaled down, and that is saved once there is room', async () => {
  const client = await host.client()
  try {
    const name = 'filler'
    const isSaved = async () => (await client.call('pod.status', { name })).problem === undefined
    await client.call('pod.push', { name, code })
    await client.call('pod.start', { name, config: { scale: 2, restart: 'always' } })

    await host.order({ do: 'fill' })
    const scaled = await client.call('pod.scale', { name, scale: 1 })
    assert.equal([scaled.runs.length, saved().scale, scaled.problem], [1, 2, unsavedText])
    const stopped = await client.call('pod.stop', { name })
    assert.equal([stopped.status, stopped.ended.length, saved().want], ['idle', 1, 'up'])
    assert.is(stopped.problem, unsavedText)
    assert.is(await ask('pod.start', { name }), 'no_space')
    await host.order({ do: 'off' })
    await until(isSaved, 'it is saved')
    assert.equal([saved().want, saved().scale], ['idle', 1])

    await client.call('pod.start', { name })
    await host.order({ do: 'fill' })
    const killed = await client.call('pod.stop', { name, kill: true })
    assert.equal([killed.status, killed.ended[0]?.signal, saved().killed], ['idle', 'SIGKILL', undefined])
    await host.order({ do: 'off' })
    // Without waiting for it to be saved: the next change is saved with it.
    await client.call('pod.push', { name, code: `${code}// another` })
    assert.equal([saved().want, typeof saved().killed, await isSaved()], ['idle', 'string', true])
  } finally {
    client.close()
  }
})

test.run()

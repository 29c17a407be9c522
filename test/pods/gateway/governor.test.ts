import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { PodStatus } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Governed, Governor } from '../../../pods/gateway/governor.ts'
import { MemoryRegistry } from '../../../pods/gateway/registry/memory.ts'
import { errorOf } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { until } from '../../until.ts'

const never = new AbortController().signal

/** A governor with a file of rules, and what it asks of the host and says. */
async function governed(text: string, work: (all: ReturnType<typeof make>) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-rules-'))
  const all = make(dir)
  try {
    writeFileSync(all.file, text)
    await work(all)
  } finally {
    all.ending.abort()
    all.governor.close()
    rmSync(dir, { recursive: true })
  }
}

function make(dir: string) {
  const asked: string[] = []
  const said: string[] = []
  const pods = new Map<string, PodStatus>([['web', podStatus('web', { status: 'idle' })]])
  const counted = { requests: 1, quiet: 0, open: 0 }
  const epochs: (number | undefined)[] = []
  /** What the next verbs fail with. */
  const away: Error[] = []
  const verb = (what: string) => async (name: string, where?: { path?: string | undefined; epoch?: number }) => {
    asked.push(`${what} ${where?.path ?? ''}${name}`)
    epochs.push(where?.epoch)
    const error = away.shift()
    if (error) throw error
    if (where?.epoch !== undefined && where.epoch < (pods.get(name)?.epoch ?? 0))
      throw Object.assign(new Error('late'), { code: 'old_epoch' })
    pods.set(name, podStatus(name, { status: what === 'wake' ? 'up' : 'idle' }))
  }
  const p8a = {
    ...{
      storage: dir,
      log: (tag: string, ...values: unknown[]) => void said.push([tag, ...values].join(' ')),
    },
    verbs: { wake: verb('wake'), stop: verb('stop'), sleep: verb('sleep') },
  }
  let changes = 0
  const changed = () => {
    changes += 1
  }
  const stats = async () => ({ runs: 1, connections: 0, pods: { web: counted } })
  const lead = { isOurs: true, woken: [] as string[] }
  const leader = { wake: async (name: string) => void lead.woken.push(name) }
  const registry = new MemoryRegistry()
  const governor = new Governor({
    ...{ p8a, pods, stats, changed, registry, leader, leads: () => lead.isOurs },
  } as unknown as Governed)
  return {
    governor,
    asked,
    said,
    pods,
    counted,
    lead,
    epochs,
    away,
    registry,
    file: join(dir, 'rules.yaml'),
    ending: new AbortController(),
    changes: () => changes,
  }
}

test('Governor takes rules as they change, and keeps the last good ones while the file is broken', async () => {
  await governed('ignore: [web]', async ({ governor, file, ending, said, changes }) => {
    await governor.follow(file, ending.signal)
    assert.not.ok(governor.rules.serves('web'))
    writeFileSync(file, 'ignore: [\n')
    await until(() => governor.problem !== undefined, 'it is seen')
    assert.not.ok(governor.rules.serves('web'))
    assert.match(governor.problem ?? '', /^line \d/)
    assert.match(said.at(-1) ?? '', /the last good ones stay in force$/)
    writeFileSync(file, 'ignore: [other]\n')
    await until(() => governor.rules.serves('web'), 'it is mended')
    assert.equal([governor.problem, changes()], [undefined, 2])
    rmSync(file)
    await until(() => governor.problem !== undefined, 'it is missed')
    writeFileSync(file, 'ignore: [other]\n')
    await until(() => governor.problem === undefined, 'it is there again')
  })
  await governed('rules: {}', async ({ governor, file, ending, said }) => {
    assert.match(
      (await errorOf(() => governor.follow(file, ending.signal))).message,
      /rules\.yaml: line 1: rules must be a list/,
    )
    assert.equal(said, [])
  })
})

test('Governor wakes a pod with what it needs, and not if a hook before that fails', async () => {
  const text = 'rules: [{ pattern: web, needs: [db] }]\nhooks: [{ on: after-start, command: echo $P8A_POD }]\n'
  await governed(text, async ({ governor, file, ending, asked, said, pods }) => {
    await governor.follow(file, ending.signal)
    await governor.wake('web', never)
    await governor.wake('inner.web', never)
    assert.equal(asked, ['wake db', 'wake web', 'wake innerweb'])
    await until(() => said.some(line => line === 'hook web'), 'the hook after it has run')
    pods.set('web', podStatus('web', { status: 'idle' }))
    writeFileSync(file, 'hooks: [{ on: before-start, command: exit 1 }]')
    await until(() => governor.rules.hooksOf('web', 'before-start').length > 0, 'it is seen')
    assert.is((await errorOf(() => governor.wake('web', never))).code, 'hook_failed')
    assert.is(asked.length, 3)
  })
})

test('Governor waits for the pod that has what is to be woken, as long as that is to be up', async () => {
  await governed('', async ({ governor, asked, pods, away }) => {
    const gone = Object.assign(new Error('the host "fleet" is gone'), { code: 'host_gone' })
    away.push(gone)
    assert.is((await errorOf(() => governor.wake('fleet.web', never))).code, 'host_gone')
    pods.set('fleet', podStatus('fleet', { status: 'waiting', want: 'up' }))
    away.push(gone, gone)
    asked.length = 0
    await governor.wake('fleet.web', never)
    assert.equal(asked, ['wake fleetweb', 'wake fleetweb', 'wake fleetweb'])
    away.push(Object.assign(new Error('it is not'), { code: 'pod_not_found' }))
    assert.is((await errorOf(() => governor.wake('fleet.web', never))).code, 'pod_not_found')
    away.push(gone)
    assert.is((await errorOf(() => governor.wake('fleet.web', AbortSignal.abort()))).code, 'host_gone')
  })
})

test('Governor runs the hooks after what others have started and stopped, and once after what it does itself', async () => {
  const text = 'hooks: [{ on: [after-start, after-stop], command: "echo $P8A_EVENT $P8A_POD" }]\n'
  await governed(text, async ({ governor, file, ending, said, pods, lead }) => {
    const told = () => said.filter(line => line.startsWith('hook after') && !line.includes(':'))
    const turn = (name: string, status: 'up' | 'idle') => {
      pods.set(name, podStatus(name, { status }))
      governor.looked()
    }
    await governor.follow(file, ending.signal)
    turn('web', 'up')
    await until(() => told().length === 1, 'what was started is told')
    lead.isOurs = false
    turn('web', 'idle')
    lead.isOurs = true
    await governor.wake('web', never)
    governor.looked()
    await until(() => told().length === 2, 'what it has woken is told')
    turn('web', 'idle')
    await until(() => told().length === 3, 'what was stopped is told')
    assert.equal(told(), ['hook after-start web', 'hook after-start web', 'hook after-stop web'])
  })
})

test('Governor puts to sleep what has had nothing to do, and stops and starts by the clock', async () => {
  await governed('rules: [{ pattern: web, sleep: 300ms }]', async ({ governor, file, ending, asked, pods }) => {
    pods.set('web', podStatus('web', { status: 'up' }))
    await governor.follow(file, ending.signal)
    await until(() => asked.includes('sleep web'), 'it sleeps')
    writeFileSync(file, 'rules: [{ pattern: web, pause: { stop: "* * * * * *", start: "* * * * * *" } }]')
    await until(() => asked.includes('wake web'), 'it is started')
    await until(() => asked.includes('stop web'), 'it is stopped')
  })
})

test('Governor does not put to sleep what is used again while a hook before that runs', async () => {
  const hook = 'touch begun; while [ ! -e go ]; do sleep 0.02; done'
  const text = `rules: [{ pattern: web, sleep: 300ms }]\nhooks: [{ on: before-stop, command: "${hook}" }]\n`
  await governed(text, async ({ governor, file, ending, asked, said, pods, counted }) => {
    const here = (name: string) => join(dirname(file), name)
    pods.set('web', podStatus('web', { status: 'up' }))
    await governor.follow(file, ending.signal)
    await until(() => existsSync(here('begun')), 'the hook runs')
    counted.open = 1
    writeFileSync(here('go'), '')
    await until(() => said.includes('rules web is not put to sleep: it is used again'), 'the hook is over')
    assert.equal(asked, [])
    counted.open = 0
    await until(() => asked.includes('sleep web'), 'it sleeps')
  })
})

test('Governor acts in an epoch, is not put off by a later one where a request waits, and joins starts', async () => {
  await governed('rules: []', async ({ governor, asked, epochs, pods, registry }) => {
    pods.set('web', podStatus('web', { status: 'idle', epoch: 4 }))
    await Promise.all([governor.wake('web', never), governor.wake('web', never)])
    assert.equal([asked, epochs], [['wake web'], [5]])
    pods.set('web', podStatus('web', { status: 'idle', epoch: 4 }))
    const lease = registry.lease.bind(registry)
    registry.lease = async pod => await lease(pod, 1)
    await governor.wake('web', never)
    assert.equal(epochs, [5, 2, undefined])
    registry.lease = async () => {
      throw new Error('away')
    }
    pods.set('web', podStatus('web', { status: 'idle' }))
    await governor.wake('web', never)
    assert.equal(epochs.at(-1), undefined, 'a registry that is away keeps nobody waiting')
  })
})

test('Governor does not start what another gateway is starting, and waits for that', async () => {
  await governed('rules: []', async ({ governor, asked, pods, registry }) => {
    const lease = await registry.lease('web', 0)
    let looks = 0
    const leaseOf = registry.lease.bind(registry)
    registry.lease = async (...pod) => {
      looks++
      return await leaseOf(...pod)
    }
    const waking = governor.wake('web', never)
    await until(() => looks > 1, 'it looks again')
    assert.equal(asked, [])
    pods.set('web', podStatus('web', { status: 'waiting' }))
    await waking
    assert.equal(asked, ['wake web'], 'the start that is under way is joined')
    await lease?.release()
  })
})

test('Governor of a run that does not lead puts nothing to sleep, and lets the one that leads run hooks, until it leads', async () => {
  const text = 'rules: [{ pattern: web, sleep: 300ms }]\nhooks: [{ on: before-start, command: "true" }]\n'
  await governed(text, async ({ governor, file, ending, asked, pods, lead, counted }) => {
    lead.isOurs = false
    await governor.follow(file, ending.signal)
    await governor.wake('web', never)
    assert.equal([asked, lead.woken], [[], ['web']])
    pods.set('web', podStatus('web', { status: 'up' }))
    governor.looked()
    // More than twice as long as the rule says: nothing comes of it.
    await new Promise(resolve => setTimeout(resolve, 700))
    assert.equal(asked, [])
    lead.isOurs = true
    counted.requests = 2
    governor.looked()
    await until(() => asked.includes('sleep web'), 'it leads now, and puts it to sleep')
  })
})

test.run()

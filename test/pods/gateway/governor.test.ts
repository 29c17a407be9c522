import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PodStatus } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Governed, Governor } from '../../../pods/gateway/governor.ts'
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
  const verb = (what: string) => async (name: string, where?: { path?: string | undefined }) => {
    asked.push(`${what} ${where?.path ?? ''}${name}`)
    pods.set(name, podStatus(name, { status: what === 'wake' ? 'up' : 'idle' }))
  }
  const p8a = {
    ...{
      slot: 0,
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
  const governor = new Governor({ p8a, pods, stats, changed } as unknown as Governed)
  return {
    governor,
    asked,
    said,
    pods,
    counted,
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
  })
  await governed('rules: {}', async ({ governor, file, ending }) => {
    assert.match(
      (await errorOf(() => governor.follow(file, ending.signal))).message,
      /rules\.yaml: line 1: rules must be a list/,
    )
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

test.run()

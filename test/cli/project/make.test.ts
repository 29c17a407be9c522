import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Making, make, type Told } from '../../../cli/project/make.ts'
import type { ProjectPod } from '../../../cli/project/manifest.ts'
import { type Plan, planOf } from '../../../cli/project/plan.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { projectLabel } from '../../../protocol/labels.ts'
import type { Pushed } from '../../../protocol/words-version.ts'
import { podStatus } from '../../pod-status.ts'

const pod = (name: string, config: ProjectPod['config'] = {}): ProjectPod => {
  return { name, push: { path: `/srv/${name}` }, params: {}, config, starts: true }
}

const plan = (pods: ProjectPod[], known: string[] = []): Plan =>
  planOf(
    { id: 'shop', pods },
    known.map(name => podStatus(name, { labels: { [projectLabel]: 'shop' } })),
    {
      contents: new Map(),
      takes: false,
      removes: true,
    },
  )

/** Makes it on a host that keeps what it is asked; what `fails` names fails. */
async function making(of: Plan, { fails = [], kind = 'service' }: { fails?: string[]; kind?: Pushed['kind'] } = {}) {
  const asked: string[] = []
  const starts: Record<string, unknown>[] = []
  const told: Told[] = []
  const refuse = (what: string) => {
    asked.push(what)
    if (fails.includes(what)) throw new P8aError('start_failed', `no ${what}`)
  }
  const call = async (method: string, params: { name: string }) => {
    refuse(`${method} ${params.name}`)
    if (method === 'pod.start') starts.push(params)
    return podStatus(params.name)
  }
  const isDone = await make(of, {
    host: { call } as unknown as Making['host'],
    project: 'shop',
    push: async ({ name }, labels) => {
      refuse(`push ${name} ${labels[projectLabel]}`)
      return { name, version: 2, hash: '', size: 1, unchanged: false, kind, exports: [] }
    },
    tell: one => void told.push(one),
  })
  return { isDone, asked, starts, told: told.map(({ pod, did }) => `${pod} ${did}`) }
}

test('make() pushes all, then removes, then starts what others need before these', async () => {
  const { isDone, asked, starts, told } = await making(plan([pod('web', { needs: ['db'] }), pod('db')], ['old']))
  assert.ok(isDone)
  assert.equal(asked, ['push web shop', 'push db shop', 'pod.remove old', 'pod.start db', 'pod.start web'])
  assert.equal(told, ['web pushed', 'db pushed', 'old removed', 'db started', 'web started'])
  assert.is(starts[0]?.anew, true)
})

test('make() reloads what the plan says, and scales it then', async () => {
  const one = plan([pod('web')])
  const steps = one.steps.map(step => ({
    ...step,
    next: 'reload' as const,
    pod: { ...step.pod, config: { scale: 3 } },
  }))
  const { asked, told } = await making({ ...one, steps })
  assert.equal(asked, ['push web shop', 'pod.reload web', 'pod.scale web'])
  assert.equal(told, ['web pushed', 'web reloaded'])
})

test('make() begins and removes nothing where a push fails', async () => {
  const { isDone, asked, told } = await making(plan([pod('web'), pod('db')], ['old']), { fails: ['push db shop'] })
  assert.not(isDone)
  assert.equal(asked, ['push web shop', 'push db shop'])
  assert.equal(told, ['web pushed', 'db failed'])
})

test('make() skips what needs a pod that did not start, and begins the others', async () => {
  const pods = [pod('web', { needs: ['db'] }), pod('db'), pod('other')]
  const { isDone, told } = await making(plan(pods), { fails: ['pod.start db'] })
  assert.not(isDone)
  assert.equal(told.slice(3).sort(), ['db failed', 'other started', 'web skipped'])
})

test('make() starts no script that has no schedule', async () => {
  const { asked, told } = await making(plan([pod('job')]), { kind: 'script' })
  assert.equal(asked, ['push job shop'])
  assert.equal(told, ['job pushed', 'job stored'])
  const scheduled = await making(plan([pod('job', { schedule: '0 3 * * *' })]), { kind: 'script' })
  assert.equal(scheduled.told, ['job pushed', 'job started'])
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Project, ProjectPod } from '../../../cli/project/manifest.ts'
import { markOf, planOf } from '../../../cli/project/plan.ts'
import { projectLabel, upLabel } from '../../../protocol/labels.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'

const pod = (name: string, more: Partial<ProjectPod> = {}): ProjectPod => ({
  name,
  push: { path: `/srv/${name}` },
  params: {},
  config: {},
  starts: true,
  ...more,
})
const project = (...pods: ProjectPod[]): Project => ({ id: 'shop', pods })

/** As an earlier `pod up` left it. */
const made = (of: ProjectPod, more: Partial<PodStatus> = {}): PodStatus =>
  podStatus(of.name, {
    status: 'up',
    want: 'up',
    labels: { [projectLabel]: 'shop', [upLabel]: markOf(of, { content: 'same', version: 1 }) },
    params: of.params,
    ...more,
  })

const plan = (of: Project, known: PodStatus[], more: { content?: string; takes?: boolean; removes?: boolean } = {}) =>
  planOf(of, known, {
    contents: new Map(of.pods.map(({ name }) => [name, more.content ?? 'same'])),
    takes: more.takes ?? false,
    removes: more.removes ?? true,
  })

/** What is done for the first pod. */
const first = (...args: Parameters<typeof plan>) => {
  const [step] = plan(...args).steps
  return [step?.pushes, step?.next, step?.because]
}

test('planOf() pushes and starts what is new, and does nothing for what is as the project says', () => {
  const web = pod('web')
  assert.equal(first(project(web), []), [true, 'begin', 'it is new'])
  assert.equal(first(project(web), [made(web)]), [false, 'nothing', ''])
  assert.equal(first(project(pod('web', { starts: false })), []), [true, 'nothing', 'it is new'])
})

test('planOf() reloads what is up on sockets that its host holds', () => {
  const web = pod('web', { config: { listen: 8080 } })
  const held: Partial<PodStatus> = { config: { listen: { http: '8080' } } }
  assert.equal(first(project(web), [made(web, held)], { content: 'other' }), [true, 'reload', 'its files changed'])
  assert.is(first(project(web), [made(web)], { content: 'other' })[1], 'begin', 'it has its port by itself')
  assert.is(first(project(web), [made(web, { ...held, status: 'error' })], { content: 'other' })[1], 'begin')
})

test('planOf() begins anew what changed, was stopped, was started otherwise, or failed, and says why', () => {
  const web = pod('web')
  const changed = pod('web', { params: { a: '1' }, config: { retries: 3 } })
  const secret = pod('web', { config: { env: { A: '2' } } })
  const rows: [ProjectPod, Partial<PodStatus>, string | undefined, unknown[]][] = [
    [web, {}, 'other', [true, 'begin', 'its files changed']],
    [changed, {}, undefined, [false, 'begin', 'params, retries changed']],
    [secret, {}, undefined, [false, 'begin', 'its options changed, or its variables, which need new runs']],
    [web, { want: 'idle', status: 'idle' }, undefined, [false, 'begin', 'it was stopped']],
    [web, { status: 'error' }, undefined, [false, 'begin', 'it is error']],
    [web, { latest: 2 }, undefined, [true, 'begin', 'its files changed']],
    [web, { labels: { [projectLabel]: 'shop' } }, undefined, [true, 'begin', 'it was started with other options']],
    [web, { labels: { [projectLabel]: 'shop' }, version: 0 }, undefined, [true, 'begin', 'it was never started']],
  ]
  for (const [of, more, content, wanted] of rows)
    assert.equal(first(project(of), [made(web, more)], content === undefined ? {} : { content }), wanted)
})

test('planOf() changes the scale without a restart, and leaves a scale that the project does not name', () => {
  const web = pod('web', { config: { scale: 3 } })
  assert.equal(first(project(web), [made(web, { scale: 1 })]), [false, 'scale', 'scale 1 → 3'])
  assert.equal(first(project(web), [made(web, { scale: 3 })]), [false, 'nothing', ''])
  const any = pod('web')
  assert.equal(first(project(any), [made(any, { scale: 7 })]), [false, 'nothing', ''])
})

test('planOf() removes what the project made and has no more, and nothing else', () => {
  const web = pod('web')
  const others = [made(pod('old')), podStatus('mine'), podStatus('theirs', { labels: { [projectLabel]: 'other' } })]
  assert.equal(plan(project(web), [made(web), ...others]).removes, ['old'])
  assert.equal(plan(project(web), [made(web), ...others], { removes: false }).removes, [])
})

test('planOf() refuses a name that another project, or nobody, has, unless it is to take it', async () => {
  const web = pod('web')
  for (const [labels, why] of [
    [{}, /no project made it/],
    [{ [projectLabel]: 'other' }, /of the project "other"/],
  ] as const) {
    const known = [podStatus('web', { labels })]
    const { message, hint } = await failsWith('bad_config', () => plan(project(web), known))
    assert.match(message, why)
    assert.match(hint ?? '', /--take/)
    assert.is(plan(project(web), known, { takes: true }).steps[0]?.next, 'begin')
  }
})

test('planOf() refuses a pod that needs what neither the project nor the host has', async () => {
  const web = pod('web', { config: { needs: ['db'] } })
  assert.match((await failsWith('bad_config', () => plan(project(web), []))).message, /"web" needs "db"/)
  assert.is(plan(project(web), [podStatus('db')]).steps.length, 1)
})

test('planOf() pushes a script anew until it is known to be the same', () => {
  const job = pod('job', { config: { schedule: '0 3 * * *' } })
  const known = made(job, { kind: 'script' })
  assert.equal(first(project(job), [known]), [false, 'nothing', ''])
  assert.equal(first(project(job), [{ ...known, labels: { [projectLabel]: 'shop' } }]), [
    true,
    'begin',
    'it may have changed',
  ])
})

test.run()

// What each operation of the HTTP view asks of the host, and what it makes of the answer. Not here: how a request becomes
// an operation (view.test.ts), real scripts (e2e/view.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { viewActions } from '../../../../daemon/server/http/view-actions.ts'
import type { AskHost, Means, ViewAnswer } from '../../../../daemon/server/http/view-means.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { failsWith } from '../../../fails.ts'

const run = {
  id: 'backup.7',
  state: 'ended',
  version: 1,
  startedAt: '2026-11-20T10:00:01.000Z',
  queuedAt: '2026-11-20T10:00:00.000Z',
  endedAt: '2026-11-20T10:00:02.000Z',
  args: ['photos'],
  params: { level: '3' },
  pid: 4711,
  outputBytes: 5,
  end: { code: 0, signal: null, reason: 'exited' },
} as const

const notFound = (code: 'pod_not_found' | 'run_not_found' | 'unsupported') => new P8aError(code, 'There is none')

/** Means whose host answers each verb as it is told, and refuses any other. */
function host(answers: Record<string, unknown>) {
  const asked: [method: string, params: unknown][] = []
  const ask: AskHost = async (method, params) => {
    asked.push([method, params])
    const answer = answers[method]
    if (answer === undefined) throw new Error(`${method} should not be asked`)
    if (answer instanceof Error) throw answer
    return answer as never
  }
  return { asked, means: { ask } as unknown as Means }
}

const bodyOf = (answer: ViewAnswer | undefined) => (answer?.body ?? {}) as Record<string, unknown>

const isScript = { 'pod.status': { kind: 'script' } }

test('createCommand() pushes a script, and makes up a name where there is none', async () => {
  const { asked, means } = host({ 'pod.push': {} })
  const named = await viewActions.createCommand(
    { id: '', query: {}, body: { name: 'x', script: '#', encoding: 'utf8' } },
    means,
  )
  assert.equal(named, { status: 201, body: { id: 'x' } })
  assert.equal(asked, [['pod.push', { name: 'x', code: '#', encoding: 'utf8', kind: 'script' }]])
  const other = await viewActions.createCommand({ id: '', query: {}, body: { script: '#', encoding: 'utf8' } }, means)
  assert.match(bodyOf(other).id as string, /^command-[0-9a-f]{8}$/)
})

test('listCommands() leaves out pods that are no scripts', async () => {
  const pods = [
    { name: 'web', kind: 'service', version: 1, hash: 'a' },
    { name: 'backup', kind: 'script', version: 2, hash: 'b' },
  ]
  const answer = await viewActions.listCommands(
    { id: '', query: {}, body: undefined },
    host({ 'pod.list': { pods } }).means,
  )
  assert.equal(answer?.body, { commands: [{ id: 'backup', name: 'backup', version: 2, hash: 'b' }] })
})

test('startProcess() starts a script with what it was given and nothing else, and no pod that is none', async () => {
  const { asked, means } = host({ ...isScript, 'pod.start': { run: 'backup.8' } })
  const body = { command_id: 'backup', args: ['a'], params: { b: 'c' }, timeout: 1000 }
  assert.equal(await viewActions.startProcess({ id: '', query: {}, body }, means), {
    status: 201,
    body: { process_id: 'backup.8' },
  })
  assert.equal(asked[1], ['pod.start', { name: 'backup', args: ['a'], params: { b: 'c' }, config: { timeout: 1000 } }])
  const service = host({ 'pod.status': { kind: 'service' } })
  await failsWith('pod_not_found', () => viewActions.startProcess({ id: '', query: {}, body }, service.means))
})

test('getProcess() tells a run in the words of the view', async () => {
  const { means } = host({ 'pod.runs': { runs: [run] }, 'pod.output': { data: 'hello' } })
  const answer = await viewActions.getProcess({ id: 'backup.7', query: {}, body: undefined }, means)
  assert.equal(answer?.body, {
    id: 'backup.7',
    command_id: 'backup',
    status: 'finished',
    args: ['photos'],
    params: { level: '3' },
    pid: 4711,
    exit_code: 0,
    signal: null,
    reason: 'exited',
    queued_at: run.queuedAt,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    output: 'hello',
    output_bytes: 5,
    output_cut: false,
  })
})

test('getProcess() has no time of a start for one that is queued', async () => {
  const queued = { id: 'backup.8', state: 'queued', version: 1, startedAt: run.queuedAt }
  const { means } = host({ 'pod.runs': { runs: [queued] }, 'pod.output': { data: '' } })
  const answer = await viewActions.getProcess({ id: 'backup.8', query: {}, body: undefined }, means)
  const { status, started_at, queued_at, exit_code } = bodyOf(answer)
  assert.equal([status, started_at, queued_at, exit_code], ['queued', undefined, run.queuedAt, null])
})

test('a process that is not there is run_not_found, whatever the host calls it', async () => {
  for (const code of ['pod_not_found', 'run_not_found', 'unsupported'] as const) {
    const { means } = host({ 'pod.runs': notFound(code) })
    for (const operation of ['getProcess', 'stopProcess'] as const)
      await failsWith('run_not_found', () => viewActions[operation]({ id: 'x.1', query: {}, body: undefined }, means))
  }
  await failsWith('run_not_found', () =>
    viewActions.getProcess({ id: 'no-id', query: {}, body: undefined }, host({}).means),
  )
  const broken = host({ 'pod.runs': new P8aError('forbidden', 'no') })
  await failsWith('forbidden', () => viewActions.getProcess({ id: 'x.1', query: {}, body: undefined }, broken.means))
})

test('stopProcess() answers without waiting for the end', async () => {
  const { asked, means } = host({
    'pod.runs': { runs: [{ ...run, state: 'up', end: undefined }] },
    'pod.stop': { text: 'it is asked' },
  })
  const answer = await viewActions.stopProcess({ id: 'backup.7', query: {}, body: undefined }, means)
  assert.equal(answer, { status: 202, body: { process_id: 'backup.7', status: 'executing', message: 'it is asked' } })
  assert.equal(asked[1], ['pod.stop', { name: 'backup.7', wait: false }])
})

test('removeProcess() is done where there is nothing to remove, and refused where it may not', async () => {
  const gone = host({ 'pod.remove': notFound('run_not_found') })
  assert.equal(await viewActions.removeProcess({ id: 'x.1', query: {}, body: undefined }, gone.means), { status: 204 })
  assert.equal(gone.asked, [['pod.remove', { name: 'x', run: 'x.1' }]])
  const busy = host({ 'pod.remove': new P8aError('pod_running', 'it runs') })
  await failsWith('pod_running', () => viewActions.removeProcess({ id: 'x.1', query: {}, body: undefined }, busy.means))
})

test('listProcesses() asks for scripts alone, a page at a time', async () => {
  const { asked, means } = host({ ...isScript, 'pod.runs': { runs: [run], total: 9 } })
  const query = { command_id: 'backup', status: 'error', limit: 2, offset: 4 } as const
  const answer = await viewActions.listProcesses({ id: '', query, body: undefined }, means)
  assert.equal(asked[1], ['pod.runs', { name: 'backup', status: 'error', limit: 2, offset: 4, scripts: true }])
  const { total, limit, offset } = bodyOf(answer)
  assert.equal([total, limit, offset], [9, 2, 4])
})

test.run()

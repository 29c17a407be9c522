// What each operation of the HTTP view does: asks the host's verbs, and turns their answers into the words of the view.
import { randomBytes } from 'node:crypto'
import { P8aError } from '../../../protocol/errors.ts'
import { parseRunId, quote } from '../../../protocol/names.ts'
import type { OperationId, ViewInput } from '../../../protocol/view.ts'
import type { ViewCommand, ViewProcess } from '../../../protocol/view-schemas.ts'
import type { PodStatus, RunInfo } from '../../../protocol/words.ts'
import { processStatusOf } from '../../verbs/run-info.ts'
import { streamEvents } from './view-events.ts'
import type { AskHost, Means, ViewAnswer } from './view-means.ts'
import { streamOutput } from './view-output.ts'
import { queueActions } from './view-queue.ts'

type Actions = {
  [O in OperationId]: (input: ViewInput<O>, means: Means) => Promise<ViewAnswer | undefined>
}

export const viewActions: Actions = {
  ...queueActions,
  createCommand: async ({ body: { name, script, encoding } }, { ask }) => {
    const id = name ?? `command-${randomBytes(4).toString('hex')}`
    await ask('pod.push', { name: id, code: script, encoding, kind: 'script' })
    return { status: 201, body: { id } }
  },
  listCommands: async (_, { ask }) => {
    const { pods } = await ask('pod.list', {})
    return { status: 200, body: { commands: pods.filter(({ kind }) => kind === 'script').map(commandOf) } }
  },
  getCommand: async ({ id }, { ask }) => {
    const { name, pushedAt, version, hash, size, script, encoding } = await ask('pod.script', {
      name: await command(id, ask),
    })
    const body: ViewCommand = { id, name, version, hash, size, created_at: pushedAt, script, encoding }
    return { status: 200, body }
  },
  removeCommand: async ({ id }, { ask }) => {
    await ask('pod.remove', { name: await command(id, ask) })
    return { status: 204 }
  },
  startProcess: async ({ body }, { ask }) => {
    const { command_id, args, params, env, cwd, stdin, timeout } = body
    const name = await command(command_id, ask)
    const config = {
      ...(env !== undefined && { env }),
      ...(cwd !== undefined && { cwd }),
      ...(timeout !== undefined && { timeout }),
    }
    const { run } = await ask('pod.start', { name, args, params, config, ...(stdin !== undefined && { stdin }) })
    return { status: 201, body: { process_id: run } }
  },
  listProcesses: async ({ query: { status, command_id, limit, offset } }, { ask }) => {
    const name = command_id === undefined ? {} : { name: await command(command_id, ask) }
    const asked = { ...name, ...(status !== undefined && { status }), limit, offset, scripts: true }
    const { runs, total } = await ask('pod.runs', asked)
    return { status: 200, body: { processes: runs.map(run => processOf(run)), total, limit, offset } }
  },
  getProcess: async ({ id }, { ask }) => {
    const run = await findProcess(id, ask)
    const { data } = await ask('pod.output', { name: id })
    return { status: 200, body: processOf(run, data) }
  },
  getOutput: async ({ id, query }, means) => {
    await findProcess(id, means.ask)
    await streamOutput(id, { offset: query.offset, isFollowing: query.follow === 'true' }, means)
    return undefined
  },
  followEvents: async ({ query }, means) => {
    await streamEvents(query, means)
    return undefined
  },
  stopProcess: async ({ id }, { ask }) => {
    await findProcess(id, ask)
    const { text } = await ask('pod.stop', { name: id, wait: false })
    const { status } = processOf(await findProcess(id, ask))
    return { status: 202, body: { process_id: id, status, ...(text !== undefined && { message: text }) } }
  },
  removeProcess: async ({ id }, { ask }) => {
    await ask('pod.remove', { name: parseRunId(id)?.pod ?? id, run: id }).catch(ignoreMissing)
    return { status: 204 }
  },
}

/** The name of a script. @throws {P8aError} `pod_not_found`, also for a pod that is not a script */
async function command(id: string, ask: AskHost): Promise<string> {
  const { kind } = await ask('pod.status', { name: id })
  if (kind === 'script') return id
  throw new P8aError('pod_not_found', `There is no command ${quote(id)}: the pod of that name is not a script`, {
    hint: 'GET /commands lists them',
  })
}

/** @throws {P8aError} `run_not_found` */
async function findProcess(id: string, ask: AskHost): Promise<RunInfo> {
  try {
    if (!parseRunId(id)) throw new P8aError('run_not_found', '')
    const { runs } = await ask('pod.runs', { run: id, name: id })
    return runs[0] as RunInfo
  } catch (error) {
    if (!(error instanceof P8aError) || !isMissing(error)) throw error
    throw new P8aError('run_not_found', `There is no process ${quote(id)}`, {
      hint: 'GET /processes lists them; old records are removed',
      cause: error,
    })
  }
}

function isMissing({ code }: P8aError): boolean {
  return code === 'run_not_found' || code === 'pod_not_found' || code === 'unsupported'
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof P8aError && isMissing(error)) return undefined
  throw error
}

function commandOf({ name, version, hash }: PodStatus): ViewCommand {
  return { id: name, name, version, hash }
}

function processOf(run: RunInfo, output?: string): ViewProcess {
  const { id, pid, args = [], params = {}, queuedAt, startedAt, endedAt, end, outputBytes, cut, state } = run
  return {
    id,
    command_id: parseRunId(id)?.pod ?? '',
    status: processStatusOf(run),
    args,
    params,
    ...(pid !== undefined && { pid }),
    exit_code: end?.code ?? null,
    signal: end?.signal ?? null,
    reason: end?.reason ?? null,
    ...(end?.message !== undefined && { message: end.message }),
    queued_at: queuedAt ?? startedAt,
    ...(state !== 'queued' && { started_at: startedAt }),
    ...(endedAt !== undefined && { ended_at: endedAt }),
    ...(output !== undefined && { output }),
    ...(outputBytes !== undefined && { output_bytes: outputBytes }),
    ...(outputBytes !== undefined && { output_cut: cut === true }),
  }
}

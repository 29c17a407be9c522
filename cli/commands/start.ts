// pod start: starts a pod with params and policy from the command line, and shows its last log lines if it fails. For a
// script it begins a run and, with --wait, follows it.
import type { PodConfigInput } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { isName } from '../../protocol/names.ts'
import { nearest } from '../../protocol/nearest.ts'
import type { PodStatus, Started } from '../../protocol/words.ts'
import { asCommand, asUp, isPath } from '../argv/as-up.ts'
import type { Input, Run } from '../argv/command.ts'
import { foreignOption } from '../argv/foreign.ts'
import { configOf, startFlagNames } from '../argv/start-flags.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { localTime } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { forAll } from './all-pods.ts'
import { allPods, checkedNames, isMany } from './named.ts'
import { reportStart } from './start-report.ts'
import { wakeAll } from './wake.ts'

export const run: Run = async (input, context) => {
  const { args, options, isImplied } = input
  const [remote = '', ...names] = args
  const [name = ''] = names
  refuseToken(options)
  refuseFile(names, input)
  refuseForeign(input)
  if (names.length > 1) checkSeveral(names, input)
  const config = await configOf(options)
  const { output } = context
  return await withHost(remote, context, async host => {
    const wait = !options.has('no-wait')
    if (names.length > 1) return await startSeveral(host, { input, config, output })
    if (name === allPods) return await wakeAll(host, { output, named: { names, isImplied }, wait })
    const given = {
      ...(options.has('asleep') && { asleep: true }),
      ...(await givenTo(host, name, input).catch(error => {
        throw aboutProgram(error, input)
      })),
      ...(await options.read('stdin', stdinOf)),
    }
    const started = startPod(host, { name, config, wait, keep: !options.has('forget'), ...given }).catch(error => {
      throw aboutProgram(error, input)
    })
    // Where it does not come up, what it got in the place of an option may be why.
    const tellWhere = async (error: unknown): Promise<never> => {
      if (error instanceof P8aError && error.code === 'start_failed' && !output.json) await tellMistyped(input, output)
      throw error
    }
    return await reportStart({ host, name, output }, async () => {
      const pod = await spin(`Starting ${name}`, output, started).catch(tellWhere)
      if (pod.run !== undefined && options.has('wait')) {
        const { follow } = await import('./follow-run.ts')
        return await follow(host, pod.run, context)
      }
      output.answer(pod, () => (pod.run === undefined ? startedText(pod) : pod.run))
      if (!output.json) await tellMistyped(input, output)
      if (!output.json) await tellBefore(output, { remote, ...pod })
      return 0
    })
  })
}

/** Both the host and the pod may take one. A wrong guess would give that of one to the other. @throws {P8aError} `usage` */
function refuseToken(options: Input['options']): void {
  if (!options.has('token')) return
  throw new P8aError('usage', 'Cannot read --token: it could be the token of the host or a param of the pod', {
    hint: [
      { text: 'For the pod, put it after "--": -- --token T' },
      {
        text: 'for the host, set P8A_TOKEN, or store it with the remote',
        do: { verb: 'remote add', args: ['NAME', 'ADDRESS'], options: { token: 'T' } },
      },
    ],
  })
}

/** When it keeps what is the host's to say; one of an older version keeps nothing, and does not know the word. */
async function startPod(host: RemoteHost, asked: Parameters<typeof host.call<'pod.start'>>[1]): Promise<Started> {
  const { keep, ...rest } = asked
  if (!keep) return await host.call('pod.start', rest)
  return await host.call('pod.start', asked).catch(async error => {
    if (!(error instanceof P8aError) || error.code !== 'bad_params' || error.facts.parameter !== 'keep') throw error
    return await host.call('pod.start', rest)
  })
}

/** @throws {P8aError} `usage` for what can be for one pod only */
function checkSeveral(names: readonly string[], { options, tail }: Input): void {
  isMany(names)
  const single = ['wait', 'stdin'].find(name => options.has(name)) ?? (tail?.words.length ? '' : undefined)
  if (single !== undefined) throw new P8aError('usage', `Cannot read --${single}: it belongs to one pod`)
}

type Several = { input: Input; config: PodConfigInput; output: Output }

/** All with the same options and params. @throws {P8aError} `pod_not_found` before one is started; `usage` */
async function startSeveral(host: RemoteHost, { input, config, output }: Several): Promise<number> {
  const { args, options, params, isImplied } = input
  const named = { names: args.slice(1), isImplied }
  try {
    for (const name of await checkedNames(host, named)) await host.call('pod.status', { name }).catch(noneStarted)
  } catch (error) {
    throw aboutProgram(error, input)
  }
  const keep = !options.has('forget')
  const asked = { config, params, keep, wait: !options.has('no-wait'), ...(options.has('asleep') && { asleep: true }) }
  return await forAll({
    host,
    output,
    named,
    doing: 'Starting',
    first: 'needs',
    work: async name => await startPod(host, { name, ...asked }),
    text: startedText,
    tell: async started => await tellBefore(output, { remote: args[0] ?? '', ...started }),
  })
}

function noneStarted(error: unknown): never {
  if (!(error instanceof P8aError) || error.code !== 'pod_not_found') throw error
  const { code, message, steps, facts, cause } = error
  const param = { text: 'a param is written --name value, and an argument of a program behind "--"' }
  throw new P8aError(code, `${message}; none was started`, { hint: [...steps, param], facts, cause })
}

/** `pod start npm -- start`, where there is no pod of that name. */
function aboutProgram(error: unknown, input: Input): unknown {
  const hint = asCommand(input.args.slice(1), input)
  if (!(error instanceof P8aError) || !['pod_not_found', 'remote_not_found'].includes(error.code) || !hint) return error
  return new P8aError(error.code, error.message, { hint, facts: error.facts, cause: error })
}

function startedText(pod: PodStatus): string {
  const line = podLine(pod)
  return pod.kind === 'script' && pod.nextAt !== undefined ? `${line}; next at ${localTime(pod.nextAt)}` : line
}

/** @throws {P8aError} `usage` for `pod start local app.js`, and for `pod start local 'npm start'` */
function refuseFile(names: readonly string[], input: Input): void {
  const name = names.find(name => !isName(name))
  if (name === undefined) return
  const line = asCommand(names, input)
  if (line)
    throw new P8aError('usage', `Cannot start ${JSON.stringify(name)}: that is no name of a pod`, { hint: line })
  if (!isPath(name)) return
  throw new P8aError('usage', `Cannot start ${JSON.stringify(name)}: that is no name of a pod`, {
    hint: asUp(name, input),
  })
}

/** Params that were given before `--`: behind it stands what is meant for the pod in any case. */
function looseParams({ params, tail }: Input): string[] {
  return Object.keys(tail?.before ?? params)
}

/** An option of another tool must not become a param that does nothing. @throws {P8aError} `usage` */
function refuseForeign(input: Input): void {
  for (const name of looseParams(input)) {
    const isShort = input.shorts?.has(name) ?? false
    // Files of PM2 write `max_memory_restart`; in camel case a pod may well have such a param.
    const foreign = foreignOption(name.replaceAll('_', '-'), { isShort })
    if (!foreign?.isRefused) continue
    const typed = isShort ? `-${name}` : `--${name}`
    throw new P8aError('usage', `Cannot read ${typed}: that is an option of another tool`, {
      hint: [...foreign.steps, { text: `if the pod is to get it, put it behind "--": -- ${typed}` }],
    })
  }
}

/**
 * Every option that is not known is a param; one that looks like a known option may have been meant as that option.
 */
async function tellMistyped(input: Input, output: Output): Promise<void> {
  for (const name of looseParams(input)) {
    const advice =
      output.hint(foreignOption(dashed(name), { isShort: false, value: input.params[name] })?.steps ?? []) ??
      meantOption(name, output)
    if (advice === undefined) continue
    const { say } = await import('../say/say.ts')
    await say('info', `The pod got --${name} as a param. ${advice}`)
  }
}

/** `kill_timeout` and `killTimeout`, as files of other tools write their options, are `kill-timeout`. */
function dashed(name: string): string {
  return name.replaceAll('_', '-').replace(/(?<=[a-z])[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function meantOption(name: string, output: Output): string | undefined {
  const meant = nearest(name, startFlagNames())
  // The beginning of an option is most often a word of its own.
  if (meant === undefined || meant.startsWith(name)) return undefined
  return `If you meant the option --${meant}: ${output.command({ verb: 'help', args: ['start'] })}`
}

/** What became of the params and options of the last start. */
async function tellBefore(
  output: Output,
  { remote, name, dropped, kept }: Pick<Started, 'name' | 'dropped' | 'kept'> & { remote: string },
): Promise<void> {
  if (!dropped && !kept) return
  const { say } = await import('../say/say.ts')
  if (kept) {
    const forget = output.command({ verb: 'start', remote, args: [name], options: { forget: true } })
    await say('info', `${name} has what it was given at its last start: ${kept.join(', ')}. Without that: ${forget}`)
  } else await say('info', `${name} no longer has what it was given at its last start: ${dropped?.join(', ')}`)
}

/** After `--` come the arguments of a script or of a program, or the params of any other pod. */
async function givenTo(
  host: RemoteHost,
  name: string,
  { params, tail }: Input,
): Promise<{ params: Record<string, string>; args?: string[] }> {
  if (!tail || tail.words.length === 0) return { params }
  const { kind, takesArgs } = await host.call('pod.status', { name })
  if (kind === 'script' || takesArgs) return { params: tail.before, args: tail.words }
  if (tail.error !== undefined) throw tail.error
  const [extra] = tail.args
  if (extra === undefined) return { params }
  throw new P8aError('usage', `Cannot read ${JSON.stringify(extra)}: "pod start" takes no more arguments`, {
    hint: 'A param is written --name value',
  })
}

async function stdinOf(file: string): Promise<{ stdin: string; stdinEncoding: 'base64' }> {
  const { readBytes } = await import('./read-bytes.ts')
  const bytes = await readBytes(file).catch(error => {
    throw file === 'open' && error instanceof P8aError && error.code === 'file_not_found' ? meantOpen(error) : error
  })
  return { stdin: bytes.toString('base64'), stdinEncoding: 'base64' }
}

/** `open` is the word of a config for the stdin of a service. */
function meantOpen(cause: P8aError): P8aError {
  return new P8aError('file_not_found', cause.message, {
    hint: '--stdin-open gives a service a stdin that stays open; --stdin names a file that a script reads',
    facts: { file: 'open' },
    cause,
  })
}

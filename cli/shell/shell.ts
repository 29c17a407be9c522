// Runs a line of the shell: a command of the pod, something the shell itself knows, or a verb. It knows nothing of where
// lines come from.
import { P8aError } from '../../protocol/errors.ts'
import { checkName } from '../../protocol/names.ts'
import { nearest } from '../../protocol/nearest.ts'
import type { Caller, Cli, Context } from '../argv/command.ts'
import { nameOf } from '../argv/grammar.ts'
import { asksForJson } from '../argv/walk.ts'
import type { Session } from '../remote/session.ts'
import type { Output } from '../say/output.ts'
import { exitCodeOf, report } from '../say/report.ts'
import { printShellHelp } from './help.ts'
import type { Input } from './input.ts'
import { ShellOutput } from './output.ts'
import { podCommandNames, runPodCommand } from './pod-commands.ts'
import { commandLine, exitWord, type Place, shellVerbs } from './verbs.ts'
import { wordsOf } from './words.ts'
import { unwell, wanted, workerInfo } from './workers.ts'

/** The exit code of a command that Ctrl-C ended. */
const interruptedCode = 130

/** How one line is run. */
type How = { output: Output; signal: AbortSignal }

export type ShellOptions = { place: Place; session: Session; context: Context; input: Input }

export class Shell {
  #place: Place
  #session: Session
  #context: Context
  #output: Output
  #input: Input
  #cli: Cli

  constructor({ place, session, context, input }: ShellOptions) {
    this.#place = place
    this.#session = session
    this.#context = context
    const { json, dataDir } = context.output
    this.#output = new ShellOutput({ json, within: place.remote, dataDir })
    this.#input = input
    this.#cli = context.cli
  }

  /** Runs a line, and returns its exit code; errors are printed. `signal` ends it. */
  async run(line: string, signal: AbortSignal): Promise<number> {
    const aborted = new Promise<number>(resolve => {
      signal.addEventListener('abort', () => resolve(interruptedCode), { once: true })
    })
    return await Promise.race([aborted, this.#reported(line, signal)])
  }

  async #reported(line: string, signal: AbortSignal): Promise<number> {
    let output = this.#output
    try {
      await this.#session.connected()
      const words = wordsOf(line)
      if (asksForJson(words))
        output = new ShellOutput({ json: true, within: this.#place.remote, dataDir: this.#output.dataDir })
      return words.length === 0 ? 0 : await this.#runWords(words, { output, signal })
    } catch (error) {
      // The line was ended on purpose, so its error does not matter.
      if (signal.aborted) return interruptedCode
      await report(error, output)
      const code = exitCodeOf(error)
      if (error instanceof P8aError && isOfConnection(error)) await this.#session.check()
      return code
    }
  }

  async #runWords(words: string[], how: How): Promise<number> {
    const { host } = this.#session
    const { name } = this.#place
    const runOwn = async () => {
      await runPodCommand(words, { host, name, input: this.#input, ...how })
      return 0
    }
    // A pod may give a verb another meaning in its own shell. What pods bring to their host's shell takes no verb away.
    const ofPod = name === undefined ? [] : await podCommandNames(host, name)
    if (ofPod.includes(words[0] ?? '')) return await runOwn()
    const code = await this.#runBuiltIn(words, how)
    if (code !== undefined) return code
    const argv = commandLine(words, { place: this.#place, table: this.#cli.table })
    if (argv) return await this.#cli.dispatch(argv, this.#caller(how))
    const ofHost = name === undefined ? await podCommandNames(host, undefined) : ofPod
    if (!ofHost.includes(words[0] ?? '')) throw this.#unknown(words[0] ?? '', ofHost)
    return await runOwn()
  }

  /** Undefined if the shell itself has no such command. */
  async #runBuiltIn(words: string[], how: How): Promise<number | undefined> {
    const { host } = this.#session
    const [first, second, third, ...more] = words.filter(word => word !== '--json')
    if (first === 'help') {
      if (second === undefined)
        await printShellHelp(await podCommandNames(host, this.#place.name), {
          table: this.#cli.table,
          output: how.output,
        })
      else return await this.#cli.dispatch(words, this.#caller(how))
      return 0
    }
    if (first === 'restart' && second === undefined && this.#place.name === undefined) {
      return await this.#each(await wanted(host), how)
    }
    if (first === 'shell' && third === undefined) {
      if (second !== undefined) await host.call('pod.status', { name: checkName(second) })
      this.#place.name = second
      return 0
    }
    if (first !== 'worker') return undefined
    if ((second !== 'info' && second !== 'revive') || more.length > 0) throw wrongWorker()
    const name = third ?? this.#place.name
    if (second === 'revive') return await this.#each(await unwell(host, name), how)
    await workerInfo(host, name, how.output)
    return 0
  }

  /** Restarts or wakes pods one after the other; if one fails, the others are done all the same. */
  async #each(pods: readonly (readonly [verb: string, name: string])[], how: How): Promise<number> {
    let worst = 0
    for (const [verb, name] of pods) {
      if (how.signal.aborted) break
      try {
        worst = Math.max(worst, await this.#cli.dispatch([verb, this.#place.remote, name], this.#caller(how)))
      } catch (error) {
        if (error instanceof P8aError && isOfConnection(error)) throw error
        await report(error, how.output)
        worst = Math.max(worst, exitCodeOf(error))
      }
    }
    return worst
  }

  /** A verb has a connection of its own, so that ending it does not end that of the shell. */
  #caller({ output, signal }: How): Caller {
    return { output, open: () => ({ ...this.#context, output, signal }) }
  }

  #unknown(word: string, own: readonly string[]): P8aError {
    const verbs = shellVerbs(this.#cli.table).map(nameOf)
    const meant = nearest(word, [...own, ...verbs, 'worker', 'shell', 'help', exitWord])
    return new P8aError('usage', `Unknown command ${JSON.stringify(word)}`, {
      hint: meant ? `Did you mean "${meant}"?` : { text: 'All commands', do: { verb: 'help' } },
    })
  }
}

function isOfConnection({ code }: P8aError): boolean {
  return code === 'host_gone' || code === 'host_unreachable'
}

function wrongWorker(): P8aError {
  return new P8aError('usage', '"worker" needs "info" or "revive", and takes at most the name of one pod')
}

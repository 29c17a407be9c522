// What `pod WORD` at the host asks of its gateway.
import type { Commands } from 'p8a'
import { certificatesLines, type ToldCertificates } from './certificates/told.ts'
import type { Exception, Route } from './routes.ts'
import { millisecondsOf } from './settings.ts'
import type { AllStats } from './stats.ts'
import { statsTable } from './stats-table.ts'

/** What the commands are about: this run of the gateway, and through it the others. */
export type Commanded = {
  /** With what keeps a pod from being reached by its route, and what a wildcard is not for. */
  routes(): readonly (Route & { status: string; problem?: string; exceptions?: readonly Exception[] })[]
  /** What all runs have counted. */
  stats(): Promise<AllStats>
  /** What is wrong with the file of rules. */
  problem(): string | undefined
  /** What the rules in force say of pods and cannot be done. */
  unruled(): readonly string[]
  /** Holds requests for a name in all runs. @returns how many are under way there still @throws {Error} if there is nothing by that name */
  pause(name: string, forMs: number | undefined): Promise<number>
  /** @returns whether it was paused */
  resume(name: string): Promise<boolean>
  /** Undefined where there is no TLS. */
  certificates(): ToldCertificates | undefined
}

/** @param commanded the gateway, once it runs. @returns the commands by their names */
export function commandsOf(commanded: () => Commanded): Commands {
  return {
    routes: async (argv, send) => {
      const all = commanded().routes()
      if (argv.includes('--json')) return { routes: all }
      const width = Math.max(...all.map(({ host, path }) => `${host}${path}`.length))
      for (const { host, path, pod, status, problem, exceptions = [] } of all) {
        const how = problem === undefined ? status : `${status}, but ${problem}`
        await send(`${`${host}${path}`.padEnd(width)}  ${pod}  ${how}${withoutText(exceptions)}\n`)
      }
      if (all.length === 0)
        await send('No pod has a route yet: pod start REMOTE NAME --listen auto --route app.example.com\n')
    },
    pause: async ([, ...words]) => {
      const { name, forMs } = pauseOf(words)
      if (name === undefined) return helpOr(words, pauseHelp, 'Cannot pause: name one pod')
      const open = await commanded().pause(name, forMs)
      const underWay = open === 0 ? '' : `; ${open} still under way`
      return `${name} is paused${forMs === undefined ? '' : ` for ${forMs / 1000} s`}${underWay}\n`
    },
    resume: async ([, name, ...others]) => {
      if (name === undefined || name.startsWith('-') || others.length > 0)
        return helpOr([name, ...others], resumeHelp, 'Cannot resume: name one pod')
      return (await commanded().resume(name)) ? `${name} is resumed\n` : `${name} was not paused\n`
    },
    gateway: async ([, word, ...others]) => {
      const isStatus = word === 'status' && others.every(other => other === '--json')
      if (!isStatus)
        return helpOr([word, ...others], gatewayHelp, 'Cannot read that: the one command is "pod gateway status"')
      const stats = await commanded().stats()
      const told = commanded().certificates()
      const rules = commanded().problem()
      const unruled = commanded().unruled()
      if (others.length > 0) {
        const ofRules = { ...(rules !== undefined && { rules }), ...(unruled.length > 0 && { unruled }) }
        return { ...stats, ...(told && { tls: told }), ...ofRules }
      }
      const broken = rules === undefined ? '' : `The rules are broken, and the last good ones in force: ${rules}\n`
      const left = unruled.map(text => `By the rules, ${text}\n`).join('')
      return broken + left + statsTable(stats) + (told ? certificatesLines(told) : '')
    },
  }
}

/** `, without x.example.com (shop)`; `--json` has all of many. */
function withoutText(exceptions: readonly Exception[]): string {
  if (exceptions.length === 0) return ''
  const some = exceptions.slice(0, 3).map(({ at, pod }) => `${at} (${pod})`)
  const more = exceptions.length - some.length
  return `, without ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** What is shown where help is asked for. @throws {Error} `usage` where something else was typed */
function helpOr(words: readonly (string | undefined)[], help: string, problem: string): string {
  if (words.some(word => word === '--help' || word === '-h' || word === 'help')) return help
  throw usageError(problem, `Usage: ${help.slice(0, help.indexOf('\n'))}`)
}

/** @throws {Error} `usage` */
function forOf(time: string): number {
  try {
    return millisecondsOf('--for', time)
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), 'Write it as 500ms, 30s or 2m')
  }
}

/** `pod` ends with code 2 for it. */
function usageError(message: string, hint: string): Error {
  return Object.assign(new Error(message), { code: 'usage', hint })
}

/** `web`, `web --for 30s`. @throws {Error} `usage` about what is no time */
function pauseOf(words: readonly string[]): { name?: string; forMs?: number | undefined } {
  const text = words.map(word => word.replace(/^--for=/, '--for ')).join(' ')
  const [, before, name, after] = /^(?:--for (\S+) )?([^\s-]\S*)(?: --for (\S+))?$/.exec(text) ?? []
  const time = before ?? after
  return name === undefined ? {} : { name, forMs: time === undefined ? undefined : forOf(time) }
}

const pauseHelp = `pod pause NAME [--for 30s]
  Holds requests for a pod until "pod resume NAME", or for a time. Each is held for pauseTimeout at most, and then answered with 503. What
  is under way goes on. It stays paused while the gateway is restarted.
`
const resumeHelp = `pod resume NAME
  Lets requests that "pod pause NAME" holds, and later ones, go on.
`
const gatewayHelp = `pod gateway status [--json]
  What all runs of the gateway have counted, by pod: requests since they began, those of the last ten seconds, how long answers took to
  begin (p50 and p99 of the last minutes), what is under way, waits or is joined, and errors by code. "-" is what was for no pod. Then
  the certificates, with their ends.
`

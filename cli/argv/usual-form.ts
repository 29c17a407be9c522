// Forms in which people of kill, tail, rm, docker and systemctl type our commands out of habit: what means the same is done, what does
// not gets its counterpart as hint. It is asked only once a command line could not be read.
import { constants } from 'node:os'
import type { Command, Step } from '../../protocol/hint.ts'
import { isName } from '../../protocol/names.ts'

/** `typed`: the same command line in our words, behind the words of the command. `answer`: what it asks for. */
export type UsualForm = { typed: string[] } | { hint: readonly Step[] } | { answer: { signals: string[] } }

/** @param words what stands behind the words of `command` */
export function usualForm(command: string, words: readonly string[]): UsualForm | undefined {
  if (command === 'kill' && ['-l', '-L', '--list', '--table'].includes(words[0] ?? '')) return { answer: { signals } }
  const signal = signalAmong(words)
  if (signal && ending.includes(command)) return onSignal(signal, { command, words })
  const rules = Object.hasOwn(rulesOf, command) ? (rulesOf[command] ?? []) : []
  const end = words.indexOf('--')
  const typed = rewritten(end === -1 ? words : words.slice(0, end), rules)
  return typed && { typed: end === -1 ? typed : [...typed, ...words.slice(end)] }
}

/** `take`: how many words it is written with. */
type Rule = (word: string, next: string | undefined) => { put: string[]; take: number } | undefined

const lastLines = (option: string): Rule => {
  return word => {
    const [, count, follow] = /^-(\d+)(f?)$/.exec(word) ?? []
    return count === undefined ? undefined : { put: [option, count, ...(follow ? ['--follow'] : [])], take: 1 }
  }
}

const tail: Rule = (word, next) => {
  const inline = word.startsWith('--tail=')
  if (!inline && word !== '--tail') return undefined
  const count = inline ? word.slice('--tail='.length) : next
  if (count === undefined) return undefined
  return { put: count === 'all' ? ['--all'] : ['--lines', count], take: inline ? 1 : 2 }
}

/** What is so anyway. */
const needless = (...words: string[]): Rule => {
  return word => (words.includes(word) ? { put: [], take: 1 } : undefined)
}

const recursive: Rule = word =>
  /^-(rf|fr|Rf|fR)$/.test(word) ? { put: ['--force'], take: 1 } : needless('-r', '-R')(word, undefined)

const rulesOf: Record<string, readonly Rule[]> = {
  logs: [lastLines('--lines'), tail, needless('-t', '--timestamp', '--timestamps', '--no-pager')],
  events: [lastLines('--lines'), tail, needless('--no-pager')],
  runs: [lastLines('--limit'), needless('-a', '--all')],
  remove: [recursive],
  status: [needless('-a', '--all', '--no-pager')],
}

function rewritten(words: readonly string[], rules: readonly Rule[]): string[] | undefined {
  const typed: string[] = []
  let isOther = false
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? ''
    const found = rules.map(rule => rule(word, words[at + 1])).find(result => result !== undefined)
    typed.push(...(found?.put ?? [word]))
    at += found?.take ?? 1
    isOther ||= found !== undefined
  }
  return isOther ? typed : undefined
}

/** The commands behind which a signal may stand. */
const ending = ['kill', 'stop', 'restart', 'reload']

/** Without their SIG, each number once. */
const signals = Object.entries(constants.signals).flatMap(([name, value], index, all) =>
  all.findIndex(([, other]) => other === value) === index ? [name.slice('SIG'.length)] : [],
)

/** Those that ask a program to end. */
const asking = ['TERM', 'INT', 'QUIT']

/** `name`: `KILL`; `at`: where it stands; `count`: in how many words. */
type Signal = { name: string; at: number; count: number }

function onSignal(
  { name, at, count }: Signal,
  { command, words }: { command: string; words: readonly string[] },
): UsualForm {
  if (command === 'kill' && name === 'KILL') return { typed: words.toSpliced(at, count) }
  const pod = words.toSpliced(at, count).find(word => isName(word) && word !== 'local') ?? 'NAME'
  const about = (verb: 'kill' | 'stop' | 'status'): Command => ({ verb, args: [pod] })
  if (name === 'KILL') return { hint: [{ text: 'To end it at once', do: about('kill') }] }
  if (asking.includes(name)) {
    const which = { text: 'By which signal it is asked is set where it is started: --stop-signal SIGINT' }
    return { hint: [{ text: 'To ask it to end', do: about('stop') }, which] }
  }
  return {
    hint: [
      {
        text: 'A pod gets another signal by its pid, on the machine of its host; that pid is in',
        do: about('status'),
      },
      { text: `then: kill -${name} PID` },
    ],
  }
}

/** The first signal in one of the forms of kill, pkill and docker: `-9`, `-KILL`, `-s HUP`, `-sHUP`, `-n 9`, `--signal HUP`, `--signal=HUP`. */
function signalAmong(words: readonly string[]): Signal | undefined {
  for (const [at, word] of words.entries()) {
    if (word === '--') return undefined
    const isApart = word === '-s' || word === '-n' || word === '--signal'
    const text = (isApart ? words[at + 1] : /^(?:--signal=|-)(\w+)$/.exec(word)?.[1]) ?? ''
    // `-STOP` and `-SEGV` begin as `-sHUP` does.
    const name = signalName(text) ?? (/^-s/.test(word) ? signalName(text.slice(1)) : undefined)
    if (name !== undefined) return { name, at, count: isApart ? 2 : 1 }
  }
  return undefined
}

/** `KILL` for `9`, `kill`, `SIGKILL`; undefined for what is no signal. */
function signalName(text: string): string | undefined {
  const known = Object.entries(constants.signals)
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`
  return known.find(([key, value]) => key === name || String(value) === text)?.[0].slice('SIG'.length)
}

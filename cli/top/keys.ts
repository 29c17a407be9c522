// What a key does: the next state of the live table, and what is to be done. Pure.
import { wholeOf } from '../../protocol/fleet-part.ts'
import { fullName, orders } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { chosenAt, chosenPod, shownPods } from './rows.ts'
import type { Mode, Top, Verb } from './state.ts'

export type Effect =
  | { do: 'quit' }
  | { do: 'verb'; verb: Verb; pod: PodStatus }
  | { do: 'log'; pod: PodStatus }
  | { do: 'end-log' }

export type Step = { top: Top; effect?: Effect }

/** The name of a key, or the character that it types. */
export type Key = string

const table: Mode = { is: 'table' }

/** @param page how many rows the screen has for pods or lines */
export function onKey(top: Top, key: Key, page: number): Step {
  if (key === 'ctrl-c') return { top, effect: { do: 'quit' } }
  if (top.mode.is === 'filter') return { top: typed(top, key, top.mode.before) }
  if (top.mode.is === 'question') return answered(top, top.mode, key)
  if (top.mode.is === 'log') return inLog(top, top.mode, { key, page })
  if (top.mode.is === 'help') return { top: { ...top, mode: table } }
  return inTable({ ...top, note: '' }, key, page)
}

function inTable(top: Top, key: Key, page: number): Step {
  const moved = steps(key, page)
  if (moved !== undefined) return { top: moveBy(top, moved) }
  const verb = verbs[key]
  if (verb) return asked(top, verb)
  switch (key) {
    case 'q':
      return { top, effect: { do: 'quit' } }
    case '?':
    case 'h':
      return { top: { ...top, mode: { is: 'help' } } }
    case '/':
      return { top: { ...top, mode: { is: 'filter', before: top.filter } } }
    case 'escape':
      return { top: { ...top, filter: '' } }
    case 'o':
      return { top: { ...top, order: nextOrder(top) } }
    case 'O':
      return { top: { ...top, isReversed: !top.isReversed } }
    case 'return':
    case 'l':
      return opened(top)
    default:
      return { top: { ...top, order: byKey[key] ?? top.order } }
  }
}

/** The letters of top(1). */
const byKey: Readonly<Record<string, Top['order']>> = { P: 'cpu', M: 'memory', N: 'name', T: 'trouble' }
const verbs: Readonly<Record<string, Verb>> = { s: 'stop', r: 'restart', u: 'start' }

function nextOrder({ order }: Top): Top['order'] {
  return orders[(orders.indexOf(order) + 1) % orders.length] ?? 'trouble'
}

/** By how many rows a key moves; undefined: it does not. */
function steps(key: Key, page: number): number | undefined {
  if (key === 'up' || key === 'k') return -1
  if (key === 'down' || key === 'j') return 1
  if (key === 'pageup') return -page
  if (key === 'pagedown' || key === 'space') return page
  if (key === 'home' || key === 'g') return Number.NEGATIVE_INFINITY
  if (key === 'end' || key === 'G') return Number.POSITIVE_INFINITY
  return undefined
}

function moveBy(top: Top, by: number): Top {
  const shown = shownPods(top)
  const at = Math.min(shown.length - 1, Math.max(0, chosenAt(top, shown) + by))
  const pod = shown[at]
  return { ...top, chosen: pod && fullName(pod) }
}

function asked(top: Top, verb: Verb): Step {
  const pod = chosenPod(top)
  if (!pod) return { top }
  const name = fullName(pod)
  const whole = wholeOf(pod)
  if (whole !== undefined && verb !== 'restart')
    return { top: { ...top, chosen: name, note: `A fleet has brought ${name} here: ${verb} ${whole}` } }
  return { top: { ...top, chosen: name, mode: { is: 'question', verb, pod: name } } }
}

/** Only a y is a yes. The pod that was asked about is meant, wherever it stands by now. */
function answered(top: Top, { verb, pod: name }: Extract<Mode, { is: 'question' }>, key: Key): Step {
  const pod = top.pods.get(name)
  const after = { ...top, mode: table }
  if (key !== 'y' && key !== 'Y') return { top: { ...after, note: 'Nothing was done' } }
  if (!pod) return { top: { ...after, note: `${name} is gone` } }
  return { top: after, effect: { do: 'verb', verb, pod } }
}

function typed(top: Top, key: Key, before: string): Top {
  if (key === 'return') return { ...top, mode: table }
  if (key === 'escape') return { ...top, filter: before, mode: table }
  if (key === 'backspace') return { ...top, filter: [...top.filter].slice(0, -1).join('') }
  if (key === 'ctrl-u') return { ...top, filter: '' }
  const letter = key === 'space' ? ' ' : key
  return [...letter].length === 1 ? { ...top, filter: top.filter + letter } : top
}

function opened(top: Top): Step {
  const pod = chosenPod(top)
  if (!pod) return { top }
  const name = fullName(pod)
  return {
    top: { ...top, chosen: name, mode: { is: 'log', pod: name, lines: [], back: 0 } },
    effect: { do: 'log', pod },
  }
}

function inLog(top: Top, mode: Extract<Mode, { is: 'log' }>, { key, page }: { key: Key; page: number }): Step {
  if (key === 'q' || key === 'escape' || key === 'l') return { top: { ...top, mode: table }, effect: { do: 'end-log' } }
  const moved = steps(key, page)
  if (moved === undefined) return { top }
  const back = Math.min(Math.max(0, mode.back - moved), Math.max(0, mode.lines.length - 1))
  return { top: { ...top, mode: { ...mode, back } } }
}

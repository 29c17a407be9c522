// What one end of a span takes from the other end: the half of the day in "3 to 4pm", the month in "Nov 18 to 20".
// Pure.
import { peelClock } from './clock.ts'

/** The pairs of texts that the two ends may stand for, if one of them lacks what the other says. */
export function completed(from: string, to: string): [from: string, to: string][] {
  return [...withDate(from, to), ...withHalf(from, to)]
}

const dayAlone = /^(?:the )?(\d\d?)(?:st|nd|rd|th)?$/
const dayInDate = /\b\d\d?(?:st|nd|rd|th)?\b/

function withDate(from: string, to: string): [string, string][] {
  const [first, second] = [dayAlone.exec(from)?.[1], dayAlone.exec(to)?.[1]]
  if (first && !second && isNamedDate(to)) return [[to.replace(dayInDate, first), to]]
  if (second && !first && isNamedDate(from)) return [[from, from.replace(dayInDate, second)]]
  return []
}

function isNamedDate(text: string): boolean {
  return /[a-z]{3}/.test(text) && dayInDate.test(text) && peelClock(text) === undefined
}

const half = /\d ?([ap])\.?m\b/
const hourAtEnd = /(?:^| )(1[0-2]|[1-9])(?::\d\d){0,2}$/
const hourAtStart = /^(1[0-2]|[1-9])(?::\d\d){0,2}(?= |$)/

/** The hours that make the span shorter. */
function withHalf(from: string, to: string): [string, string][] {
  const [first, second] = [half.exec(from)?.[1], half.exec(to)?.[1]]
  const [end, start] = [hourAtEnd.exec(from)?.[0].trim(), hourAtStart.exec(to)?.[0]]
  if (second && !first && end) {
    const same = timeOf(`${end}${second}m`) < timeOf(to)
    return [[`${from}${same ? second : other(second)}m`, to]]
  }
  if (first && !second && start) {
    const same = timeOf(`${start}${first}m`) > timeOf(from)
    return [[from, `${start}${same ? first : other(first)}m${to.slice(start.length)}`]]
  }
  return []
}

function other(letter: string): string {
  return letter === 'a' ? 'p' : 'a'
}

function timeOf(text: string): number {
  return peelClock(text)?.clock.fromMs ?? Number.NaN
}

// Times, spans and sizes in the words of a language. Pure: now is an argument.
import type { Language, Say } from './words.ts'

const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export type Amounts = {
  /** `48 MB`, in steps of 1024. */
  size(bytes: number): string
  /** `4 min`, the largest unit that fits. */
  span(ms: number): string
  /** `4 min ago`, `in 3 s`. */
  ago(time: string, nowMs: number): string
  /** A time of day here, and the day where it is not today. */
  clock(time: string, nowMs: number): string
  /** `12%`, of one core. */
  percent(value: number): string
  number(value: number): string
  /** `0.4 ms`, `1,200 ms`. */
  ms(value: number): string
}

export function amountsIn(language: Language, say: Say): Amounts {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: name === 'byte' ? 'narrow' : 'short',
      maximumFractionDigits: digits,
    }).format(value)
  const span = (ms: number) => {
    const [value, name] = largest(Math.max(0, ms))
    return unit(value, name)
  }
  return {
    size(bytes) {
      const at = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
      const value = bytes / 1024 ** at
      return unit(value, steps[at] ?? 'byte', at > 0 && value < 10 ? 1 : 0)
    },
    span,
    ago(time, nowMs) {
      const ms = nowMs - Date.parse(time)
      if (Math.abs(ms) < 1000) return say('time.now')
      return say(ms > 0 ? 'time.ago' : 'time.in', { time: span(Math.abs(ms)) })
    },
    clock(time, nowMs) {
      const date = new Date(time)
      const isToday = date.toDateString() === new Date(nowMs).toDateString()
      const day = isToday ? {} : { day: 'numeric', month: 'short' }
      return new Intl.DateTimeFormat(language, {
        ...(day as Intl.DateTimeFormatOptions),
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      }).format(date)
    },
    percent: value =>
      `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)}%`,
    ms: value => unit(value, 'millisecond', value < 10 ? 1 : 0),
    number: value => new Intl.NumberFormat(language).format(value),
  }
}

function largest(ms: number): [value: number, unit: string] {
  if (ms < 1000) return [Math.round(ms), 'millisecond']
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return [seconds, 'second']
  if (seconds < 3600) return [Math.floor(seconds / 60), 'minute']
  if (seconds < 86_400) return [Math.floor(seconds / 3600), 'hour']
  return [Math.floor(seconds / 86_400), 'day']
}

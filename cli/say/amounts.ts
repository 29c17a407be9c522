// Times, durations and sizes as people say them. Pure: "now" is an argument.
import { sizeText } from '../../protocol/size.ts'

/** `812 B`, `1.2 MB`: bytes in steps of 1024. */
export function size(bytes: number): string {
  return sizeText(bytes)
}

/** `120 ms`, `4.2 s`, `3m`, `5h`, `12d`: the largest unit that fits, for how long something took or has been. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const [count, unit] = largestUnit(ms)
  return unit === 's' ? `${count} s` : `${count}${unit}`
}

/** `3m ago`, `just now`; `in 3m` for a time in the future. */
export function ago(time: string, now: number): string {
  const ms = now - Date.parse(time)
  if (Math.abs(ms) < 1000) return ms >= 0 ? 'just now' : 'in a moment'
  const [count, unit] = largestUnit(Math.abs(ms))
  return ms >= 0 ? `${count}${unit} ago` : `in ${count}${unit}`
}

/** A time of day in the local zone, with milliseconds: `2026-11-20 10:00:00.123`. */
export function localTime(time: string): string {
  const date = new Date(time)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** `1 pod`, `3 pods`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function largestUnit(ms: number): [count: number, unit: string] {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return [seconds, 's']
  if (seconds < 3600) return [Math.floor(seconds / 60), 'm']
  if (seconds < 86_400) return [Math.floor(seconds / 3600), 'h']
  return [Math.floor(seconds / 86_400), 'd']
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

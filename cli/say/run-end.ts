// How a run ended, in words. It must not ask for anything.
import type { RunEnd } from '../../protocol/words.ts'
import { duration } from './amounts.ts'

/** `stopped by SIGTERM after 120 ms`, `exited with code 1: Error: no`. */
export function endText(end: Omit<RunEnd, 'run'>): string {
  const how = end.signal ? ` by ${end.signal}` : end.code === null ? '' : ` with code ${end.code}`
  const took = end.tookMs === undefined ? '' : ` after ${duration(end.tookMs)}`
  return `${end.reason.replace('_', ' ')}${how}${took}${end.message ? `: ${end.message}` : ''}`
}

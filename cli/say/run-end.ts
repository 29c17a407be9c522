// How a run ended, in words. It must not ask for anything.
import type { RunEnd } from '../../protocol/words.ts'
import { duration } from './amounts.ts'

/** `stopped by SIGTERM after 120 ms`, `exited with code 1: Error: no`, `memory limit 200 MB (was 231 MB)`. */
export function endText(end: Omit<RunEnd, 'run'>): string {
  if (end.reason === 'limit' && end.message) return end.message
  const how = end.signal ? ` by ${end.signal}` : end.code === null ? '' : ` with code ${end.code}`
  const took = end.tookMs === undefined ? '' : ` after ${duration(end.tookMs)}`
  return `${end.reason.replace('_', ' ')}${how}${took}${end.message ? `: ${end.message}` : ''}`
}

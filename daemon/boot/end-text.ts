// How the process of a host ended, in words.
import type { ExitOutcome } from '../system/process.ts'

export function endText({ code, signal }: ExitOutcome): string {
  return signal === null ? `it ended with code ${code}` : `it ended by ${signal}`
}

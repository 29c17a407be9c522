// Reads the run that --run names.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId, quote } from '../../protocol/names.ts'

/** `web.7`, or 7 beside a pod. @throws {P8aError} `usage` */
export function readRun(text: string): string {
  if (parseRunId(text) || /^[1-9]\d{0,14}$/.test(text)) return text
  throw new P8aError('usage', `Cannot take ${quote(text)} for a run`, {
    hint: 'Name a run as web.7, or the pod and the number of the run: web --run 7',
    facts: { problem: 'it is neither the id of a run nor its number' },
  })
}

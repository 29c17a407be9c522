// Signals as other process managers name them: TERM, SIGTERM, sigterm or 15.
import { constants } from 'node:os'

/** Such as `SIGTERM`; undefined if there is no such signal. */
export function signalName(text: string): NodeJS.Signals | undefined {
  const plain = text.trim().toUpperCase()
  const all = Object.entries(constants.signals) as [NodeJS.Signals, number][]
  return all.find(([name, number]) => [name, name.slice(3), String(number)].includes(plain))?.[0]
}

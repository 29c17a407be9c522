// Signals as other process managers name them: TERM, SIGTERM, sigterm or 15.
import { constants } from 'node:os'
import { type StopSignal, stopSignals } from '../../protocol/config.ts'
import type { Draft, Outcome } from './imported.ts'

/** Such as `SIGTERM`; undefined if there is no such signal. */
export function signalName(text: string): NodeJS.Signals | undefined {
  const plain = text.trim().toUpperCase()
  const all = Object.entries(constants.signals) as [NodeJS.Signals, number][]
  return all.find(([name, number]) => [name, name.slice(3), String(number)].includes(plain))?.[0]
}

/** What asks the runs of a pod to end. A host sends few signals for that, and refuses a pod with another one. */
export function takeStopSignal(text: string, pod: Draft): Outcome {
  const name = signalName(text)
  if (name === undefined) return { lost: `there is no signal ${JSON.stringify(text)} here` }
  if (!isStopSignal(name)) return { lost: `no run is asked to end by ${name}, but by one of ${stopSignals.join(', ')}` }
  pod.stopSignal = name
  return { became: `stopSignal: ${name}` }
}

function isStopSignal(name: string): name is StopSignal {
  return (stopSignals as readonly string[]).includes(name)
}

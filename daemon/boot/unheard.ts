// A process with the number 1, as in a container or another namespace, gets no signal that it does not listen to; any other
// is ended by it. So this one ends itself for as long as nothing else of it listens: while it boots.
const codes = { SIGTERM: 143, SIGINT: 130 } as const

type Process = Pick<NodeJS.Process, 'pid'> & {
  on(signal: keyof typeof codes, listener: () => void): unknown
  listenerCount(signal: string): number
  exit(code: number): void
}

/** From now on a signal that nobody else listens to ends the first process as it would any other. */
export function endOnUnheardSignals(self: Process = process): void {
  if (self.pid !== 1) return
  for (const [signal, code] of Object.entries(codes) as [keyof typeof codes, number][])
    self.on(signal, () => {
      if (self.listenerCount(signal) === 1) self.exit(code)
    })
}

// How a program that was not written for p8a wants to be asked to end. Most listen to SIGTERM, or to nothing. Programs that
// PM2 kept up may listen to SIGINT alone, or to the message `shutdown`.

/** The signal that it listens to in the place of SIGTERM, if there is one. */
export function stopSignal(): 'SIGINT' | undefined {
  return listensTo('SIGINT') && !listensTo('SIGTERM') ? 'SIGINT' : undefined
}

/**
 * Sends the message `shutdown` to a program that listens to messages and to no signal.
 * @returns whether there is such a program: it ends by itself from now on
 */
export function sendShutdown(keep: { release(): void }): boolean {
  if (!listensTo('message') || listensTo('SIGTERM') || listensTo('SIGINT')) return false
  keep.release()
  ;(process as unknown as { emit(event: 'message', message: string): void }).emit('message', 'shutdown')
  return true
}

function listensTo(event: string): boolean {
  return process.listenerCount(event) > 0
}

// Waiting until more can be written. A body of any length waits often: nothing may stay behind each time.

type Side = Record<'once' | 'off', (event: 'close' | 'drain', listener: () => void) => unknown>

/** Resolves once more may be written, or nothing more can be. */
export async function drained(side: Side): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  side.once('drain', resolve)
  side.once('close', resolve)
  await promise
  side.off('drain', resolve)
  side.off('close', resolve)
}

// How a run that is asked to end comes to its end: with nothing left to do it ends by its own code, as a plain Node
// program does. Until then its link keeps it alive.

/** Signals that ask a process to end. Without a listener of the pod they end it at once. */
const asks: readonly unknown[] = ['SIGTERM', 'SIGINT']

/** What keeps the process alive although the pod has nothing left to do. */
export type Keep = { hold(): void; release(): void }

/**
 * Releases `keep` when the pod is about to hear a signal that asks it to end. It adds no listener: packages that count
 * the listeners of a signal would take it for one of the pod's.
 */
export function releaseOnSignal({ release }: Keep): void {
  const { emit } = process as { emit: (event: unknown, ...args: unknown[]) => boolean }
  const value = function (this: unknown, event: unknown, ...args: unknown[]): boolean {
    if (asks.includes(event)) release()
    return emit.call(this, event, ...args)
  }
  Object.defineProperty(process, 'emit', { value, configurable: true, writable: true })
}

/**
 * Does what has to be done before the end. If nothing is left that could finish it, it is over too.
 * @returns whether it came to its end
 */
export async function finish(work: () => unknown, { hold, release }: Keep): Promise<boolean> {
  const { promise: stuck, resolve } = Promise.withResolvers<false>()
  const onEmpty = () => {
    hold()
    resolve(false)
  }
  process.once('beforeExit', onEmpty)
  release()
  try {
    return await Promise.race([stuck, Promise.resolve(work()).then(() => true as const)])
  } finally {
    process.off('beforeExit', onEmpty)
    hold()
  }
}

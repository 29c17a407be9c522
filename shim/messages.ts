// What a program finds that asks for the parent it was forked by, as under PM2: it can send messages, though only `ready` is heard.

/** @param onReady called each time the program sends `ready` */
export function takeMessages(onReady: () => void): void {
  process.send = (message: unknown, ...more: unknown[]) => {
    if (message === 'ready') onReady()
    const done = more.findLast(one => typeof one === 'function') as ((error: Error | null) => void) | undefined
    // As Node calls it: later, and with what went wrong.
    if (done) process.nextTick(done, null)
    return true
  }
  Object.defineProperty(process, 'connected', { value: true, configurable: true, writable: true })
  process.disconnect = () => {
    Object.defineProperty(process, 'connected', { value: false, configurable: true, writable: true })
    process.nextTick(() => process.emit('disconnect'))
  }
}

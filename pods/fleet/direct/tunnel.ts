// A connection to a port of a pod on another host, over the door of that: bytes, once the other host has said that it is there.
import { BusError } from '../port/ports.ts'
import { type Connecting, connectTo } from './connect.ts'
import { FrameReader, frameOf } from './frames.ts'
import { breakOff, type Side } from './spliced.ts'

/** What a host is asked for. `holds`: also where it takes nothing now, so that whoever comes waits there. */
export type Wanted = { pod: string; holds: boolean }

/** The other host was reached, and its pod was not. */
export class Refused extends BusError {
  constructor(why: string) {
    super('not_delivered', why)
  }
}

/** How many bytes the other host may take to say why not. */
const mostAnswerBytes = 1000

/**
 * @param ending given up once it is aborted
 * @returns it is paused. @throws {BusError} `not_delivered`: nothing has reached the pod; {@link Refused}: the host says so
 */
export async function openTunnel(to: Connecting, wanted: Wanted, ending: AbortSignal): Promise<Side> {
  const side = await connectTo({ ...to, allowHalfOpen: true }, ending)
  const { socket } = side
  socket.setNoDelay(true)
  const opened = Promise.withResolvers<void>()
  const fail = (why: string) => opened.reject(new BusError('not_delivered', why))
  const reader = new FrameReader(() => mostAnswerBytes)
  const onData = (chunk: Buffer) => {
    try {
      const frame = reader.first(chunk)
      if (!frame) return
      socket.off('data', onData)
      socket.pause()
      if (frame.kind !== 'opened')
        return opened.reject(new Refused(frame.body.toString() || 'it takes no such thing from this host'))
      const rest = reader.rest()
      if (rest.length > 0) socket.unshift(rest)
      opened.resolve()
    } catch (error) {
      fail((error as Error).message)
    }
  }
  const onAbort = () => fail('it did not answer in time')
  const onClose = () => fail('it has ended the connection')
  ending.addEventListener('abort', onAbort)
  if (ending.aborted) onAbort()
  socket.on('data', onData)
  socket.once('end', onClose)
  socket.once('close', onClose)
  socket.write(frameOf('tunnel', 0, Buffer.from(JSON.stringify(wanted))))
  try {
    await opened.promise
    return side
  } catch (error) {
    breakOff(side)
    throw error
  } finally {
    ending.removeEventListener('abort', onAbort)
    socket.off('end', onClose)
    socket.off('close', onClose)
  }
}

// The other end of the seam: tells a daemon at which point to die or to fail.
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Answer, Order } from './orders.ts'

const preload = fileURLToPath(new URL('preload.ts', import.meta.url))

/** What a daemon's environment needs, so that the seam is in it. No pod inherits it. */
export function seamEnv(socket: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${preload}`, P8A_TEST_SEAM: socket }
}

/** Has the daemon obey. @throws where there is no daemon that could */
export async function tellSeam(socket: string, order: Order): Promise<Answer> {
  const connection = connect(socket)
  try {
    await once(connection, 'connect')
    connection.write(`${JSON.stringify(order)}\n`)
    for await (const line of createInterface(connection)) return JSON.parse(line) as Answer
    throw new Error(`The daemon was gone before it obeyed: ${order.do}`)
  } finally {
    connection.destroy()
  }
}

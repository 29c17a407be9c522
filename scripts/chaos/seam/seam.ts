// The other end of the seam: tells a daemon at which point to die or to fail.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { Answer, Order } from './orders.ts'

const source = fileURLToPath(new URL('preload.ts', import.meta.url))

/**
 * What a daemon's environment needs, so that the seam is in it. No pod inherits it. The program is built beside the
 * socket: types that are stripped at each start would be a third of what the start takes.
 */
export function seamEnv(socket: string): Record<string, string> {
  const program = `${socket}.mjs`
  if (!existsSync(program)) {
    buildSync({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: program })
  }
  return { NODE_OPTIONS: `--import=${program}`, P8A_TEST_SEAM: socket }
}

/** Where the order is for the next daemon that is to take the place of the one that is there. */
export function heirOrderFile(socket: string): string {
  return `${socket}.heir`
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

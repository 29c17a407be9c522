// Loaded into a daemon before its own code, by `node --import`: stands between it and the system. Since it is the system's
// functions that are wrapped, and not ours, no effect can be added to the daemon that is not a point.
// It is told what to do over a socket of its own, and patches nothing in any other process.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import type { Order } from './orders.ts'
import { Points } from './points.ts'
import { wrapFiles } from './wrap-files.ts'
import { wrapProcesses } from './wrap-processes.ts'
import { wrapWords } from './wrap-words.ts'

const socket = process.env.P8A_TEST_SEAM
const dataAt = process.argv.indexOf('--data')
/** Whether it is to take the place of a host that is there. */
const isHeir = process.env.P8A_DOORS !== undefined

if (socket !== undefined && dataAt > 0) await install(socket, process.argv[dataAt + 1] as string)

async function install(control: string, data: string): Promise<void> {
  const kill = process.kill.bind(process)
  // What happens while a daemon starts can be ordered only before; one that takes the place of another has the environment of that.
  const order: Order = isHeir ? heirOrder(control) : JSON.parse(process.env.P8A_TEST_SEAM_ORDER ?? '{"do":"off"}')
  const points = new Points(order, () => void kill(process.pid, 'SIGKILL'))
  await wrapFiles(points, data)
  wrapProcesses(points)
  wrapWords(points)
  const wallMs = Date.now
  Date.now = () => wallMs() + points.offsetMs
  syncBuiltinESMExports()
  listen(control, points)
}

/** For the next one that comes, and for no other after it. */
function heirOrder(control: string): Order {
  const file = `${control}.heir`
  try {
    const order = JSON.parse(fs.readFileSync(file, 'utf8'))
    fs.rmSync(file)
    return order
  } catch {
    return { do: 'off' }
  }
}

function listen(control: string, points: Points): void {
  fs.rmSync(control, { force: true })
  const server = net.createServer(connection => {
    connection.on('error', () => {})
    connection.on('data', bytes => {
      for (const line of String(bytes).split('\n').filter(Boolean)) {
        // By end(), since what write() tells is counted.
        connection.end(`${JSON.stringify(points.obey(JSON.parse(line) as Order))}\n`)
      }
    })
  })
  server.listen(control).unref()
}

// An HTTP server in TypeScript with an npm package, a health check, a status text and a cleanup.
//   pod push local web etc/examples/web.ts
//   pod start local web --port 8080
//   curl http://127.0.0.1:8080
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bus, P8a, Params } from 'p8a'
import * as v from 'valibot'

// The package goes into the bundle at push: the host's machine needs no node_modules.
const portSchema = v.pipe(v.string(), v.digits('--port must be a number'), v.transform(Number), v.maxValue(65535))

export default async (params: Params, bus: Bus, p8a: P8a) => {
  const port = v.safeParse(portSchema, params.port ?? '8080')
  // What is thrown here ends the run, and is what `pod start` shows.
  if (!port.success) throw new Error(port.issues[0].message)

  let served = 0
  const server = createServer((_request, response) => {
    served++
    response.end(`Hello from ${p8a.run}, process ${process.pid}\n`)
  })
  // With reusePort, `pod scale local web 4` has four processes share the port. Not every system can.
  server.listen({ port: port.output, host: '127.0.0.1', reusePort: process.platform === 'linux' })
  await once(server, 'listening')

  // The text is what `pod status` shows.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  bus.emit('status', 'up', `serving ${url}`)

  // The host asks every ten seconds. Without this listener a turning event loop is answer enough.
  bus.on('check', () => {
    if (server.listening) bus.emit('status', 'up', `serving ${url}, ${served} requests so far`)
    else bus.emit('status', 'error', 'the server is closed')
  })

  // Awaited at stop: requests that are under way are answered, new ones are not taken.
  return async () => {
    console.log(`Served ${served} requests`)
    server.close()
    await once(server, 'close')
  }
}

// A server for the files of a folder: `pod serve DIR`, or `pod push local site p8a:serve` and then
// `pod start local site --dir /srv/site --port 8080`.
import { once } from 'node:events'
import { realpath } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import type { Pod } from 'p8a'
import { respond } from './respond.ts'

const main: Pod = async ({ dir = '.', port = '8080', host = '127.0.0.1', spa }, bus) => {
  const root = await realpath(resolve(dir))
  const isSpa = spa !== undefined && spa !== 'false'
  const server = createServer((request, response) => {
    void respond({ request, response }, { root, isSpa })
  })
  // Several runs share the port.
  server.listen({ port: Number(port), host, reusePort: Number(port) !== 0 })
  await once(server, 'listening')
  const { address, port: own, family } = server.address() as AddressInfo
  const at = `http://${family === 'IPv6' ? `[${address}]` : address}:${own}`
  console.log(`Serving ${root} at ${at}`)
  bus.emit('status', 'up', `serving ${root} at ${at}`)
  return () => {
    server.close()
    server.closeAllConnections()
  }
}
export default main

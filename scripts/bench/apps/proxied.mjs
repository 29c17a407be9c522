// What stands behind a proxy: answers of 1 KB and 1 MB, and an echo for whoever asks for an upgrade. With `tlsPort` it is reached by TLS, too.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import ring from './ring.js'

const bodies = { '/1m': Buffer.alloc(2 ** 20, 'a'), '/1k': Buffer.alloc(1024, 'a') }

export default async function main(settings) {
  const { port, tlsPort, certificate, key } = settings
  const plain = served(createServer(), Number(port))
  const secure =
    tlsPort && served(createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }), Number(tlsPort))
  await Promise.all([plain, secure])
  ring(settings, 'up')
}

function served(server, port) {
  server.on('request', (request, response) => {
    const body = bodies[request.url] ?? bodies['/1k']
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length })
    response.end(body)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: websocket',
      `Sec-WebSocket-Accept: ${acceptOf(request)}`,
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    socket.write(head)
    socket.pipe(socket)
  })
  return new Promise(resolve => server.listen(port, resolve))
}

/** RFC 6455 1.3. */
function acceptOf({ headers }) {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  return createHash('sha1').update(key).digest('base64')
}

// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

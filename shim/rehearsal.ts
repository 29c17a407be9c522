// Serves a request of its own before there is a pod. Node compiles most of a server, and of what answers, only once it is used, which
// takes longer than all else that a pod does between its start and its first answer.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A machine whose loopback says nothing keeps nobody for longer. */
const longestMs = 1000

/** Loads `http`. Leaves nothing open. Where it cannot be done, the pod starts all the same. */
export async function rehearse(): Promise<void> {
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer((_request, response) => response.end('.'))
  await answerTo(server).catch(() => {})
  server.closeAllConnections()
  await new Promise(done => server.close(done))
}

async function answerTo(server: Server): Promise<void> {
  const { once } = process.getBuiltinModule('node:events')
  const { connect } = process.getBuiltinModule('node:net')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  const late = setTimeout(() => client.destroy(new Error('no answer')), longestMs)
  try {
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(client, 'data')
  } finally {
    clearTimeout(late)
    client.destroy()
  }
}

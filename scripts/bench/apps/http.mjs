// The least HTTP server there is, as it is written today. It says so once it listens.
import { createServer } from 'node:http'
import ring from './ring.js'

export default function main(settings) {
  return new Promise(resolve => {
    const server = createServer((_request, response) => response.end(`Hello from ${process.pid}\n`))
    server.listen(Number(settings.port), '127.0.0.1', () => {
      ring(settings, 'up')
      resolve()
    })
  })
}

// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

// A server for the rows about ports: it says who answers, and blocks its event loop for a second when it is asked to.
import { createServer } from 'node:http'
import ring from './ring.js'

export default function main(settings) {
  return new Promise(resolve => {
    const server = createServer((request, response) => {
      if (request.url === '/block') for (const until = Date.now() + 1000; Date.now() < until; );
      response.setHeader('content-type', 'text/plain;charset=UTF-8')
      response.end(`pid ${process.pid}`)
    })
    server.listen(Number(settings.port), () => {
      ring(settings, 'up')
      resolve()
    })
  })
}

// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

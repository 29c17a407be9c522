// The same as http.mjs, in CommonJS, which Node starts faster. It says so once it listens.
const { createServer } = require('node:http')
const ring = require('./ring.js')

function main(settings) {
  return new Promise(resolve => {
    const server = createServer((_request, response) => response.end(`Hello from ${process.pid}\n`))
    server.listen(Number(settings.port), '127.0.0.1', () => {
      ring(settings, 'up')
      resolve()
    })
  })
}

module.exports = main
// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

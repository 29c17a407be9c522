// A proxy of npm, as its page says that it is used: `node-proxy.mjs NAME PORT UPSTREAM DIR`, DIR has its node_modules.
import http from 'node:http'
import { createRequire } from 'node:module'

const [name, port, upstream, dir] = process.argv.slice(2)
const require = createRequire(`${dir}/package.json`)
const target = `http://127.0.0.1:${upstream}`

const makers = {
  'http-proxy-3': () => {
    const { createProxyServer } = require('http-proxy-3')
    const agent = new http.Agent({ keepAlive: true })
    const proxy = createProxyServer({ target, agent, xfwd: true, ws: true })
    proxy.on('error', () => {})
    const server = http.createServer((request, response) => proxy.web(request, response))
    return server.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head))
  },
  'fast-proxy': () => {
    const { proxy } = require('fast-proxy')({ base: target, undici: { connections: 64, pipelining: 1 } })
    return http.createServer((request, response) => proxy(request, response, request.url, {}))
  },
}
makers[name]().listen(Number(port), '127.0.0.1')

// A host whose pods are request handlers: each exports the `path` it answers and a function `handle`. They are imported into
// this one process, which serves them all.
//   pod push local functions etc/examples/functions-host.ts
//   pod start local functions --port 8080
//   pod remote add functions http://localhost:3000 --path functions
//   pod push functions greet greet.js               export const path = '/greet'; export const handle = url => `Hello ${url.searchParams.get('name')}`
//   pod start functions greet && curl 'localhost:8080/greet?name=Ann'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Pod } from 'p8a'

type RequestHandler = { path: string; handle: (url: URL) => unknown }

const pod: Pod = async (params, bus, p8a) => {
  /** Where the pushed code is kept, so that it is there after a restart. */
  const folder = join(p8a.storage, 'functions')
  await mkdir(folder, { recursive: true })
  const known = new Set((await readdir(folder)).map(file => file.replace(/\.mjs$/, '')))
  const started = new Map<string, RequestHandler>()
  const fileOf = (name: string) => join(folder, `${name}.mjs`)
  const statusOf = (name: string) => {
    if (!known.has(name)) throw Object.assign(new Error(`There is no function "${name}"`), { code: 'pod_not_found' })
    const handler = started.get(name)
    return {
      name,
      status: handler ? ('up' as const) : ('idle' as const),
      text: handler ? `answers ${handler.path}` : '',
    }
  }

  p8a.host('functions', {
    async push({ name, code }) {
      await writeFile(fileOf(name), code)
      known.add(name)
      return `${name} is kept; start it to have it answer`
    },
    async start(name) {
      statusOf(name)
      // As text: a file of the same name would not be read again.
      const code = await readFile(fileOf(name), 'utf8')
      const handler = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as RequestHandler
      if (!handler.path || !handler.handle) throw new Error(`"${name}" must export path and handle`)
      started.set(name, handler)
    },
    stop: name => void started.delete(name),
    status: statusOf,
    list: () => [...known].sort().map(statusOf),
    async remove(name) {
      statusOf(name)
      started.delete(name)
      known.delete(name)
      await rm(fileOf(name))
    },
  })

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const handler = [...started.values()].find(({ path }) => path === url.pathname)
    if (!handler) return response.writeHead(404).end('No function has this path\n')
    try {
      response.end(`${await handler.handle(url)}\n`)
    } catch (error) {
      response.writeHead(500).end(`${error}\n`)
    }
  })
  await new Promise<void>(resolve => server.listen(Number(params.port ?? 0), '127.0.0.1', resolve))
  bus.emit('status', 'up', `serving http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}
export default pod

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
  /** Where the pushed code is kept, and which of it is up, so that all is as it was after a restart. */
  const folder = join(p8a.storage, 'functions')
  await mkdir(folder, { recursive: true })
  const files = await readdir(folder)
  const known = new Set(files.filter(file => file.endsWith('.mjs')).map(file => file.slice(0, -'.mjs'.length)))
  const started = new Map<string, RequestHandler>()
  const codeOf = (name: string) => join(folder, `${name}.mjs`)
  const markOf = (name: string) => join(folder, `${name}.up`)

  function statusOf(name: string) {
    if (!known.has(name)) throw Object.assign(new Error(`There is no function "${name}"`), { code: 'pod_not_found' })
    const handler = started.get(name)
    return handler
      ? { name, status: 'up' as const, text: `answers ${handler.path}` }
      : { name, status: 'idle' as const, text: '' }
  }

  async function start(name: string): Promise<void> {
    // As text: a file of the same name would not be read again.
    const code = await readFile(codeOf(name), 'utf8')
    const handler = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as RequestHandler
    if (typeof handler.path !== 'string' || typeof handler.handle !== 'function') {
      throw Object.assign(new Error(`"${name}" must export path and handle`), { code: 'bad_image' })
    }
    const other = [...started].find(([other, { path }]) => other !== name && path === handler.path)
    if (other) throw new Error(`"${name}" cannot answer ${handler.path}: "${other[0]}" does`)
    started.set(name, handler)
    await writeFile(markOf(name), '')
  }

  async function stop(name: string): Promise<void> {
    started.delete(name)
    await rm(markOf(name), { force: true })
  }

  p8a.host('functions', {
    async push({ name, code }) {
      if (code === undefined) throw Object.assign(new Error('A function is one file'), { code: 'bad_image' })
      await writeFile(codeOf(name), code)
      known.add(name)
      return `${name} is kept; ${started.has(name) ? 'restart' : 'start'} it to have it answer`
    },
    async start(name) {
      if (statusOf(name).status === 'up') {
        throw Object.assign(new Error(`"${name}" is up`), { code: 'pod_running', hint: 'Use restart' })
      }
      await start(name)
    },
    async restart(name) {
      statusOf(name)
      await start(name)
    },
    async stop(name) {
      statusOf(name)
      await stop(name)
    },
    status: statusOf,
    list: () => [...known].sort().map(statusOf),
    async remove(name, { force }) {
      if (statusOf(name).status === 'up' && !force) {
        throw Object.assign(new Error(`"${name}" is up`), { code: 'pod_running', hint: 'Stop it first' })
      }
      await stop(name)
      known.delete(name)
      await rm(codeOf(name))
    },
  })
  for (const file of files.filter(file => file.endsWith('.up'))) {
    // One that fails must not take the others with it.
    await start(file.slice(0, -'.up'.length)).catch(error => console.error(file, error))
  }

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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(Number(params.port ?? 0), '127.0.0.1', resolve)
  })
  bus.emit('status', 'up', `serving http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}
export default pod

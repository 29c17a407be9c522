// A host whose pods are apps of a platform behind an HTTP API: a request at the gateway wakes them, and what has nothing to do is put
// to sleep, by the gateway's rules, as any pod is.
//   pod push local paas etc/examples/paas-host.ts
//   (umask 077; echo KEY > ~/.paas)
//   pod start local paas --api https://api.example.com --key-file ~/.paas --operation-seconds 120
//   echo 'rules: [{ pattern: "paas[.].*", sleep: 15m }]' > ~/rules.yaml
//   pod push local gateway p8a:gateway
//   pod start local gateway --listen 80 --rules ~/rules.yaml
// The API, in the place of which another platform's may be: `GET /apps` has the apps, `GET /apps/NAME` one of them, and
// `POST /apps/NAME/scale` with `{"instances": 0}` or 1 begins to stop or to start it. What starts for longer than handlerTimeout of the
// host goes on, and whoever asks again waits for it.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { HandledStatus, Pod } from 'p8a'

/** `address`: where its server listens, as `10.0.0.7:3000`. */
type App = {
  name: string
  state: 'running' | 'starting' | 'stopping' | 'stopped' | 'crashed'
  address: string
  domains: string[]
}

const statusOf = { running: 'up', starting: 'waiting', stopping: 'idle', stopped: 'idle', crashed: 'error' } as const

const pod: Pod = async (params, bus, p8a) => {
  const { name = 'paas', api = '', 'key-file': keyFile = '' } = params
  const operationMs = Number(params['operation-seconds'] ?? 60) * 1000
  const lookMs = Number(params['look-seconds'] ?? 10) * 1000
  const file = join(p8a.storage, 'stopped.json')
  /** Those that somebody has stopped: no request wakes them. */
  const stopped = new Set<string>(JSON.parse(await readFile(file, 'utf8').catch(() => '[]')))
  /** The operation of each app that is under way: whoever wants the same waits for it, whoever wants the other waits and then begins. */
  const underWay = new Map<string, { instances: number; over: Promise<App> }>()

  async function ask<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const key = (await readFile(keyFile, 'utf8')).trim()
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const given = { method, headers, signal: AbortSignal.timeout(10_000), ...(body && { body: JSON.stringify(body) }) }
    const answer = await fetch(`${api}${path}`, given)
    if (answer.ok) return (await answer.json()) as Answer
    const code = answer.status === 404 ? 'pod_not_found' : 'call_failed'
    throw Object.assign(new Error(`The platform answers ${answer.status} to ${method} ${path}`), { code })
  }
  const find = (app: string) => ask<App>('GET', `/apps/${encodeURIComponent(app)}`)

  async function scale(app: string, instances: number): Promise<App> {
    const before = underWay.get(app)
    if (before?.instances === instances) return await before.over
    const over = (async () => {
      await before?.over.catch(() => {})
      return await operate(app, instances)
    })()
    const operation = { instances, over }
    underWay.set(app, operation)
    try {
      return await over
    } finally {
      if (underWay.get(app) === operation) underWay.delete(app)
    }
  }

  async function operate(app: string, instances: number): Promise<App> {
    const wanted = instances > 0 ? 'running' : 'stopped'
    const endMs = performance.now() + operationMs
    let known = await find(app)
    if (known.state === wanted) return known
    await ask('POST', `/apps/${encodeURIComponent(app)}/scale`, { instances })
    while (performance.now() < endMs) {
      known = await find(app)
      if (known.state === wanted) return known
      await after(Math.min(1000, operationMs / 10))
    }
    throw Object.assign(new Error(`App "${app}" is ${known.state}, and not ${wanted} after ${operationMs / 1000} s`), {
      code: instances > 0 ? 'start_failed' : 'timeout',
      hint: 'The platform takes longer, or the app does not start: look at its log there, or raise --operation-seconds',
    })
  }

  async function mark(app: string, isStopped: boolean): Promise<void> {
    if (stopped.has(app) === isStopped) return
    if (isStopped) stopped.add(app)
    else stopped.delete(app)
    await writeFile(file, JSON.stringify([...stopped]))
  }

  function told({ name: app, state, address, domains }: App): HandledStatus & { name: string } {
    const at = address.lastIndexOf(':')
    const isStopped = stopped.has(app)
    return {
      name: app,
      status: statusOf[state],
      text: isStopped ? 'stopped' : state,
      want: isStopped ? 'idle' : 'up',
      config: { route: domains.map(domain => ({ at: domain })) },
      ports: [{ name: 'http', address, host: address.slice(0, at), port: Number(address.slice(at + 1)) }],
    }
  }

  async function begin(app: string): Promise<HandledStatus> {
    await mark(app, false)
    return told(await scale(app, 1))
  }
  const paas = p8a.host(
    name,
    {
      list: async () => (await ask<App[]>('GET', '/apps')).map(told),
      status: async app => told(await find(app)),
      start: begin,
      wake: app => (stopped.has(app) ? find(app).then(told) : begin(app)),
      sleep: async app => told(await scale(app, 0)),
      async stop(app) {
        await mark(app, true)
        await scale(app, 0)
      },
    },
    { others: 'refuse' },
  )
  // What the platform does by itself is seen then.
  const looking = setInterval(() => paas.changed(), lookMs)
  const found = api === '' ? 'no platform: start it with --api and --key-file' : await ask<App[]>('GET', '/apps')
  bus.emit('status', 'up', typeof found === 'string' ? found : `${found.length} apps of ${api}`)
  return () => clearInterval(looking)
}
export default pod

// npm run bodies -- --mb N [--http 1|2]: bodies of N megabytes through a gateway before a pod, up and down, by HTTP/1.1 and HTTP/2. Both ends hash what
// they send and get. It fails where a hash is another one, or where the gateway takes more memory than --most megabytes beyond what it had.
import { parseArgs } from 'node:util'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'
import { freePort } from '../../test/free-port.ts'
import { Root } from '../../test/pods/gateway/certificates/making.ts'
import { scratch } from '../../test/scratch.ts'
import { until } from '../../test/until.ts'
import { watchMemory } from './memory.ts'
import { http1, http2, type Way } from './ways.ts'

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '10000' },
    most: { type: 'string', default: '160' },
    http: { type: 'string' },
  },
})

/** Answers with the SHA-256 of what it got; that of what it sent last is at `/sent`. A body may take longer than Node's five minutes. */
const pod = `const { createHash, randomBytes } = require('node:crypto')
const { once } = require('node:events')
const part = randomBytes(2 ** 20)
const last = {}
require('node:http').createServer({ requestTimeout: 0 }, async (request, response) => {
  const hash = createHash('sha256')
  if (request.method === 'PUT') {
    for await (const each of request) hash.update(each)
    response.end(hash.digest('hex'))
  } else if (request.url === '/sent') response.end(last.sent)
  else {
    for (let at = 0; at < Number(request.url.slice(1)); at++) {
      part.writeUInt32BE(at)
      hash.update(part)
      // Another one follows in its place only when this one is out.
      await new Promise(written => response.write(part, written))
    }
    last.sent = hash.digest('hex')
    response.end()
  }
}).listen(process.env.PORT)
`

process.exitCode = await main({ count: Number(values.mb), mostMB: Number(values.most) })

/** @param of.count how many megabytes each body has */
async function main({ count, mostMB }: { count: number; mostMB: number }): Promise<number> {
  const host = new TestHost(asItIs)
  using at = scratch()
  try {
    const { ports, ca } = await begin(host, at)
    const [{ pid = 0 } = {}] = (await host.status('gateway')).runs
    const all = { 1: http1(ports.http), 2: http2({ port: ports.https, ca }) }
    const ways: Way[] = Object.entries(all).flatMap(([id, way]) =>
      values.http === undefined || values.http === id ? way : [],
    )
    let wrong = 0
    for (const way of ways) {
      for (const [kind, work] of [['up', way.up] as const, ['down', way.down] as const]) {
        const memory = watchMemory(pid)
        const startMs = performance.now()
        const { sent, got } = await work(count).finally(() => memory.end())
        const seconds = (performance.now() - startMs) / 1000
        const { moreMB } = memory
        const isRight = sent === got && moreMB <= mostMB
        if (!isRight) wrong++
        const said = `${way.name} ${kind}: ${count} MB in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed()} MB/s`
        process.stdout.write(
          `${isRight ? 'ok  ' : 'BAD '} ${said}, the gateway took ${moreMB.toFixed()} MB more, ${sent === got ? 'the hash is right' : `sent ${sent}, got ${got}`}\n`,
        )
      }
    }
    return wrong === 0 ? 0 : 1
  } finally {
    await host.dispose()
  }
}

async function begin(
  host: TestHost,
  at: { file(name: string, text: string): string; path(name: string): string },
): Promise<{ ports: { http: number; https: number }; ca: string }> {
  const root = await Root.make()
  const { pem, key } = await root.make({ names: ['bodies.test'] })
  at.file('certs/bodies.pem', pem)
  at.file('certs/bodies.key', key)
  await host.up()
  const ports = { http: await freePort(), https: await freePort() }
  await host.ok('push', 'local', 'bodies', at.file('bodies.cjs', pod))
  await host.ok('start', 'local', 'bodies', '--listen', 'unix', '--route', 'bodies.test')
  await host.ok('push', 'local', 'gateway', 'p8a:gateway')
  const listen = ['--listen', `http=127.0.0.1:${ports.http}`, '--listen', `https=127.0.0.1:${ports.https}`]
  await host.ok('start', 'local', 'gateway', ...listen, '--certs', at.path('certs'), '--redirect', 'off')
  const ask = http1(ports.http)
  await until(async () => (await ask.down(1).catch(() => undefined)) !== undefined, 'the gateway leads to the pod')
  return { ports, ca: root.pem }
}

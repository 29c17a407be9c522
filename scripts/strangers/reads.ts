// node scripts/strangers/reads.ts: how long others wait for a host, and how large it is, while many connections with a token that may
// only read ask one method over and over, and some of them take no answer. A row for each method that reads.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import type { Client } from '../../cli/client/client.ts'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'
import type { Asked } from './flood.ts'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '40' },
    width: { type: 'string', default: '20' },
    deaf: { type: 'string', default: '5' },
    samples: { type: 'string', default: '40' },
    method: { type: 'string' },
  },
})

/** What a stranger may read, each as large as it comes. */
const asked: readonly Asked[] = [
  { method: 'host.info', params: {} },
  { method: 'host.metrics', params: {} },
  { method: 'host.savings', params: {} },
  { method: 'host.watch', params: {} },
  { method: 'rpc.discover', params: {} },
  { method: 'events.list', params: { limit: 1000 } },
  { method: 'events.follow', params: {} },
  { method: 'pod.list', params: {} },
  { method: 'pod.status', params: { name: 'talker', usage: true } },
  { method: 'pod.usage', params: { name: 'talker' } },
  { method: 'pod.logs', params: {} },
  { method: 'pod.logs', params: { grep: 'no such word' } },
  { method: 'pod.runs', params: { limit: 1000 } },
  { method: 'pod.versions', params: { name: 'talker' } },
  { method: 'pod.output', params: { run: 'script.1' } },
  { method: 'pod.commands', params: { name: 'talker' } },
  { method: 'image.list', params: {} },
  { method: 'queue.list', params: {} },
  { method: 'queue.items', params: { name: 'worker', state: 'waiting', limit: 1000 } },
  { method: 'profile.list', params: {} },
  { method: 'quota.list', params: {} },
]

await main()

async function main(): Promise<void> {
  const host = new TestHost(asItIs)
  try {
    const token = await prepare(host)
    const client = await host.client()
    const samples = Number(values.samples)
    const alone = median(await times(client, samples))
    say(`alone: ${alone.toFixed(1)} ms, ${residentMiB(host.pid)} MiB`)
    for (const each of asked.filter(({ method }) => values.method === undefined || method === values.method)) {
      const flood = await begin(host, { token, asked: each })
      const among = await times(client, samples)
      const { answers, refusals } = await flood.end()
      const what = `${each.method} ${JSON.stringify(each.params)}`.slice(0, 60).padEnd(60)
      const took = `median ${median(among).toFixed(1)} ms, worst ${Math.max(...among).toFixed(1)} ms`
      say(`${what} ${took}, ${residentMiB(host.pid)} MiB; ${answers} answers, ${refusals} refused`)
    }
    client.close()
  } finally {
    await host.dispose()
  }
}

/** A host with much to read. @returns a token of the role `read` */
async function prepare(host: TestHost): Promise<string> {
  await host.up()
  const lines = 'for (let at = 0; at < 200_000; at++) console.log("line " + at + " " + "x".repeat(80))'
  const talker = `export default () => { ${lines} }`
  await host.ask('pod.push', { name: 'talker', code: talker })
  const worker = `export const config = { kind: 'worker' }\nexport default () => {}\nexport const work = () => new Promise(() => {})`
  await host.ask('pod.push', { name: 'worker', code: worker })
  await host.ask('pod.push', { name: 'script', code: '#!/bin/sh\nhead -c 5000000 /dev/zero | tr "\\\\0" x\n' })
  await host.ok('push', 'local', 'queue', 'p8a:queue')
  for (const name of ['talker', 'queue', 'worker']) await host.begin(name)
  await host.ok('start', 'local', 'script', '--wait')
  for (let at = 0; at < 300; at++) await host.ask('queue.add', { name: 'worker', fn: 'work', args: ['x'.repeat(1000)] })
  return (await host.ask('host.token.add', { name: 'reader', role: 'read' })).token
}

async function begin(host: TestHost, { token, asked }: { token: string; asked: Asked }) {
  const [connections, width, deaf] = [values.connections, values.width, values.deaf].map(Number)
  const options = { ...asked, port: host.port, token, connections, width, deaf }
  const program = join(import.meta.dirname, 'flood-process.ts')
  const child = execa(process.execPath, [program, JSON.stringify(options)], { stderr: 'inherit' })
  const lines = child.iterable()
  await lines.next()
  const end = async (): Promise<{ answers: number; refusals: number }> => {
    child.stdin.end()
    const { value } = await lines.next()
    child.kill()
    await child.catch(() => {})
    return JSON.parse(String(value ?? '{}'))
  }
  return { end }
}

/** By another client, one after the other, in ms. */
async function times(client: Client, samples: number): Promise<number[]> {
  const all: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    const startMs = performance.now()
    await client.call('pod.status', { name: 'worker' })
    all.push(performance.now() - startMs)
  }
  return all
}

function median(of: readonly number[]): number {
  return of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN
}

function residentMiB(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

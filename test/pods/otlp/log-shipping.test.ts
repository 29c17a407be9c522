// The logs of a host that is the test's, sent by the real exporter to a real receiver.
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import type { LogEntry, P8a } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LogShipping } from '../../../pods/otlp/log-shipping.ts'
import type { Position } from '../../../pods/otlp/position-file.ts'
import { Receiver } from '../../../pods/otlp/receiver.ts'
import { signalUrl } from '../../../pods/otlp/settings.ts'
import { until } from '../../until.ts'
import { Collector } from './collector.ts'

const from = { id: 'one', version: '1', host: 'box', path: '' }

function entriesOf(count: number, first = 0): LogEntry[] {
  return Array.from({ length: count }, (_, at) => {
    const number = first + at
    // Two have the same time.
    const time = new Date(Date.UTC(2026, 0, 1) + Math.floor(number / 2)).toISOString().replace('Z', '000000Z')
    return { time, pod: 'web', run: 'web.1', source: 'stdout', tags: ['stdout'], text: `line ${number}` }
  })
}

class World {
  entries: LogEntry[] = []
  position: Position | undefined = { time: '2026-01-01T00:00:00.000000000Z', count: 0 }
  told: string[] = []
  /** How many lines were read of the host. */
  read = 0
  #ending = new AbortController()

  begin(collector: Collector): { end(): Promise<void> } {
    const exporter = new OTLPLogExporter({ url: signalUrl(collector.endpoint, 'logs'), timeoutMillis: 10_000 })
    const world = this
    const logs = async function* ({ since = '', signal }: { since?: string; signal?: AbortSignal } = {}) {
      for (const entry of world.entries) {
        if (entry.time < since) continue
        world.read++
        yield entry
      }
      await new Promise(resolve => signal?.addEventListener('abort', resolve, { once: true }))
    }
    const shipping = new LogShipping({
      verbs: { logs } as unknown as Pick<P8a['verbs'], 'logs'>,
      receiver: new Receiver(exporter, 20_000),
      position: {
        read: () => this.position,
        write: position => {
          this.position = position
        },
      },
      from,
      told: {
        taken: (_, count) => this.told.push(`taken ${count}`),
        dropped: (count, why) => this.told.push(`dropped ${count}: ${why}`),
        failed: (_, why) => this.told.push(`failed: ${why}`),
      },
      firstWaitMs: 1,
    })
    const work = shipping.run(this.#ending.signal)
    return {
      end: async () => {
        this.#ending.abort()
        await work
        this.#ending = new AbortController()
        await exporter.shutdown()
      },
    }
  }
}

const texts = (collector: Collector) => collector.lines.map(({ text }) => text)
const linesTo = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`)

test('LogShipping sends each line once, in order, also over an end between two lines of one time', async () => {
  await using collector = await Collector.open()
  const world = new World()
  world.entries = entriesOf(601)
  const first = world.begin(collector)
  await until(async () => collector.lines.length >= 601, 'all are taken')
  await first.end()
  world.entries = entriesOf(605)
  const second = world.begin(collector)
  await until(async () => collector.lines.length >= 605, 'the others too')
  await second.end()
  assert.equal(texts(collector), linesTo(605))
  assert.is(collector.lines[0]?.pod, 'web')
})

test('LogShipping waits for a receiver that fails, reads no more meanwhile, and loses nothing', async () => {
  await using collector = await Collector.open()
  collector.status = 401
  const world = new World()
  world.entries = entriesOf(5000)
  const work = world.begin(collector)
  await until(async () => collector.refused > 3, 'it has failed several times')
  assert.ok(world.read <= 513, String(world.read))
  assert.ok(world.told.every(text => text === 'failed: it answers 401'))
  collector.status = 200
  await until(async () => collector.lines.length >= 5000, 'all are taken')
  await work.end()
  assert.equal(texts(collector), linesTo(5000))
})

test('LogShipping drops what a receiver will never take, says so, and goes on', async () => {
  await using collector = await Collector.open()
  collector.status = 413
  const world = new World()
  world.entries = entriesOf(512)
  const first = world.begin(collector)
  await until(async () => world.told.length > 0, 'it is dropped')
  await first.end()
  assert.equal(world.told, ['dropped 512: it answers 413'])
  collector.status = 200
  world.entries = entriesOf(514)
  const second = world.begin(collector)
  await until(async () => collector.lines.length > 1, 'the next are taken')
  await second.end()
  assert.equal(texts(collector), ['line 512', 'line 513'])
})

test('LogShipping keeps from where on it sends before anything is taken', async () => {
  await using collector = await Collector.open()
  const world = new World()
  world.position = undefined
  const first = world.begin(collector)
  await first.end()
  const begun = world.position
  assert.is((begun as Position | undefined)?.count, 0)
  const second = world.begin(collector)
  await second.end()
  assert.equal(world.position, begun)
})

test.run()

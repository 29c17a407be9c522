// A webhook under attack: its receiver dies, hangs and refuses, and so does its host. Events come in their order, each at least once; one
// that comes again was taken before.
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../cli/client/client.ts'
import type { HostEvent } from '../../protocol/events.ts'
import type { HookInfo } from '../../protocol/hook.ts'
import type { Report } from './report.ts'
import type { Chance } from './seed.ts'

/** How long it may be that none comes. */
const settleMs = 90_000
const pageLength = 10_000

type Mood = 'takes' | 'refuses' | 'hangs' | 'breaks'

type Attacked = {
  readonly report: Report
  readonly isQuiet: boolean
  readonly isOver: boolean
  connect(isTcp: boolean): Promise<Client>
}

export class Hooks {
  #world: Attacked
  #server = http.createServer((request, response) => this.#onRequest(request, response))
  #sockets = new Set<Socket>()
  #port = 0
  #mood: Mood = 'takes'
  /** The last event that came, and the last that was looked for. */
  #last = 0
  #checked = 0
  /** The numbers of all that came. */
  #taken = new Set<number>()

  constructor(world: Attacked) {
    this.#world = world
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  async open(): Promise<void> {
    await this.#listen()
    const { after } = await this.#ask(async client => {
      const url = `http://127.0.0.1:${this.#port}/events`
      return await client.call('hook.add', { url, secret: 'a secret of the chaos' })
    })
    this.#last = after
    this.#checked = after
  }

  /** Its receiver is in another mood every now and then, or is gone for a while. */
  async run(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(200, 2500))
      if (this.#world.isQuiet) continue
      this.#mood = chance.pick<Mood>(['takes', 'takes', 'refuses', 'hangs', 'breaks'])
      if (this.#mood !== 'takes') this.#world.report.count('faults', `receiver ${this.#mood}`)
      if (chance.next() > 0.3) continue
      this.#world.report.count('faults', 'receiver killed')
      await this.#end()
      await delay(chance.between(50, 2000))
      await this.#listen()
    }
    this.#mood = 'takes'
  }

  async atQuietPoint(): Promise<void> {
    this.#mood = 'takes'
    await this.#listen()
    const { report } = this.#world
    const last = await this.#ask(async client => (await client.call('events.list', { limit: 1 })).at)
    const hook = await this.#caughtUp(last)
    if (!hook || hook.after < last)
      return report.violated(`hooks: event ${last} has not come within ${settleMs / 1000} s: ${JSON.stringify(hook)}`)
    const missing = (await this.#events(last)).filter(({ number }) => !this.#taken.has(number))
    // More often than any receiver was dead here.
    if (missing.length > 0 || hook.dropped > 0)
      report.violated(
        `hooks: ${missing.length} events never came, ${hook.dropped} were given up: ${JSON.stringify(missing[0])}`,
      )
    report.count('events that a webhook took', 'in their order', last - this.#checked)
    this.#checked = last
  }

  async close(): Promise<void> {
    await this.#end()
  }

  #onRequest(request: http.IncomingMessage, response: http.ServerResponse): void {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('error', () => {})
    request.on('end', () => {
      const mood = this.#mood
      if (mood === 'hangs') return
      if (mood === 'breaks') return void request.socket.destroy()
      if (mood === 'refuses') return void response.writeHead(503).end()
      this.#onEvent(JSON.parse(Buffer.concat(parts).toString()))
      response.end()
    })
  }

  #onEvent({ number, type }: HostEvent): void {
    if (this.#taken.has(number)) return void this.#world.report.count('events that a webhook took', 'once more')
    if (number < this.#last) this.#world.report.violated(`hooks: ${type} ${number} came first behind ${this.#last}`)
    this.#last = number
    this.#taken.add(number)
  }

  async #caughtUp(last: number): Promise<HookInfo | undefined> {
    let untilMs = performance.now() + settleMs
    for (let before = 0; ; ) {
      const { hooks } = await this.#ask(async client => await client.call('hook.list', {}))
      const after = hooks[0]?.after ?? 0
      if (after >= last || performance.now() > untilMs) return hooks[0]
      // On a machine that has other things to do many may be left, and they come one after the other.
      if (after > before) untilMs = performance.now() + settleMs
      before = after
      await delay(100)
    }
  }

  async #events(last: number): Promise<HostEvent[]> {
    const { events } = await this.#ask(
      async client => await client.call('events.list', { after: this.#checked, limit: pageLength }),
    )
    return events.filter(({ number }) => number > this.#checked && number <= last)
  }

  async #ask<T>(ask: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#world.connect(false)
    return await ask(client).finally(() => client.close())
  }

  /** Where it listened before. */
  async #listen(): Promise<void> {
    if (this.#server.listening) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject).listen(this.#port, '127.0.0.1', resolve)
    await promise.finally(() => this.#server.off('error', reject))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async #end(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise(resolve => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

// Which servers an engine of p8a's own has, and on which hosts: what its keeper writes of them, and brings about. Each step can be done again: a
// keeper that begins anew goes on where the one before it was.
import { nextStep, type Step, wantedServers, withoutHost, withServer, withStep } from '../decide/servers.ts'
import { unavailable } from '../host/errors.ts'
import type { Rev, StatePort } from '../port/ports.ts'
import { type EngineRecord, type EngineServer, readRecord, recordVersion, writeRecord } from '../records.ts'
import type { Hold } from './keeping.ts'
import { serversName } from './rights.ts'

/** What the servers themselves are asked. Each of them rejects where no answer comes. */
export type ServersApi = {
  /** Names of the servers that are there, and know all that the others know. */
  present: () => Promise<ReadonlySet<string>>
  /** What the fleet is kept in, with the servers that keep it; `isWhole`: each of them has all. */
  streams: () => Promise<{ name: string; servers: readonly string[]; isWhole: boolean }[]>
  /** What the server has kept of a stream is kept by another one from now on. */
  moveOff: (stream: string, server: string) => Promise<void>
  /** A further server keeps the stream too, where fewer do than are meant to. */
  fill: (stream: string) => Promise<void>
  /** It is a server no more. */
  expel: (server: string) => Promise<void>
}

export type ClusterOptions = {
  fleet: string
  host: string
  /** Of this host. */
  id: string
  /** Where the hosts read it. */
  state: StatePort
  /** Where it is kept, so that no host can spoil it. */
  hidden: StatePort
  api: ServersApi
  /** Those that were set up with the fleet, where nothing was written of them yet. */
  usual: readonly EngineServer[]
  /** Where a spare of this host is to listen: it is begun once it is written. */
  newSpare: () => Promise<Pick<EngineServer, 'address' | 'route'>>
}

const mostAttempts = 20

export class Cluster {
  /** Why it is not as it is to be; empty if it is. */
  waits = ''
  #options: ClusterOptions
  #settling: Promise<void> | undefined

  constructor(options: ClusterOptions) {
    this.#options = options
  }

  /** @returns what is written, or would be */
  async read(): Promise<{ record: EngineRecord; rev: Rev | 'absent' }> {
    const found = await this.#options.hidden.get('engine')
    if (!found.ok) throw unavailable(found)
    const record = found.value && readRecord('engine', found.value.value)
    if (found.value && !record)
      throw new Error('A newer p8a has written which servers the engine has: upgrade this host')
    if (found.value && record) return { record, rev: found.value.rev }
    const { usual } = this.#options
    return { record: { v: recordVersion, servers: [...usual], made: usual.length, ended: [] }, rev: 'absent' }
  }

  /** @returns the server that a host is to have from now on. @throws {Error} if the engine takes no further one */
  async add(server: Pick<EngineServer, 'host' | 'address' | 'route'>): Promise<EngineServer> {
    const record = await this.#change(before => withServer(before, { ...server, isSpare: false }, this.#nameOf))
    return record.servers.findLast(({ host, isSpare }) => host === server.host && !isSpare) as EngineServer
  }

  /** This host keeps the engine from now on. @throws {Error} if another one has begun to meanwhile */
  async claim(epoch: number, before: Hold | undefined): Promise<void> {
    const { host, id } = this.#options
    await this.#change(record => {
      if (record.keeper?.epoch !== before?.epoch) throw new Error('Another host has begun to keep the engine')
      return { ...record, keeper: { host, id, epoch } }
    }, before)
  }

  /** The servers of a host are to leave: it is done by {@link settle}. @returns whether it has any */
  async remove(host: string): Promise<boolean> {
    const { record } = await this.read()
    if (!record.servers.some(one => one.host === host)) return false
    await this.#change(before => withoutHost(before, host))
    return true
  }

  /** Does what is to be done, as far as that can be done now; one at a time. */
  async settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined
    })
    await this.#settling
  }

  async #settle(): Promise<void> {
    while (await this.#step());
  }

  /** @returns whether there may be more to do at once */
  async #step(): Promise<boolean> {
    const { api, newSpare, host } = this.#options
    const { record, rev } = await this.read()
    if (rev === 'absent') await this.#change(before => before)
    await this.#tell(record)
    // One that was set up alone stays so.
    if (record.servers.some(({ route }) => route === '')) return false
    const isSettled = nextStep(record, new Set(record.servers.map(({ name }) => name))).do === 'nothing'
    const step = isSettled ? ({ do: 'nothing', why: '' } as const) : nextStep(record, await api.present())
    this.waits = step.do === 'nothing' ? step.why : ''
    if (step.do === 'nothing') return false
    if (step.do === 'end') return await this.#end(step)
    const spare = step.do === 'addSpare' ? { ...(await newSpare()), host, isSpare: true } : undefined
    await this.#change(before => (spare ? withServer(before, spare, this.#nameOf) : withStep(before, step)))
    return true
  }

  /** First what it keeps is kept by others, then it is a server no more, and then its host may end it. */
  async #end(step: Step & { do: 'end' }): Promise<boolean> {
    const { api } = this.#options
    const streams = await api.streams()
    for (const { name, servers } of streams) if (servers.includes(step.name)) await api.moveOff(name, step.name)
    const left = await api.streams()
    // Where another server has not said yet how much room it has, none has taken the place of this one.
    const few = left.filter(({ servers }) => servers.length < wantedServers)
    for (const { name } of few) await api.fill(name)
    if (few.length > 0 || left.some(({ servers, isWhole }) => servers.includes(step.name) || !isWhole)) {
      this.waits = 'what a server has kept is copied to others'
      return false
    }
    await api.expel(step.name)
    await this.#change(before => withStep(before, step))
    return true
  }

  /** Also where a host has spoilt what is told. */
  async #tell(record: EngineRecord): Promise<void> {
    const { state } = this.#options
    const value = writeRecord('engine', record)
    const found = await state.get('engine')
    if (!found.ok) throw unavailable(found)
    if (found.value && Buffer.from(value).equals(found.value.value)) return
    const put = await state.put('engine', value, 'any')
    if (!put.ok) throw unavailable(put)
  }

  #nameOf = (made: number): string => `${serversName(this.#options.fleet)}-${made}`

  /** @param keeper of the engine before, where another one may be */
  async #change(change: (before: EngineRecord) => EngineRecord, keeper?: Hold): Promise<EngineRecord> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const { record, rev } = await this.read()
      const by = record.keeper
      if (by && by.id !== this.#options.id && by.id !== keeper?.id)
        throw new Error(`host "${by.host}" keeps the engine of the fleet now`)
      const next = change(record)
      if (next === record && rev !== 'absent') return next
      const put = await this.#options.hidden.put('engine', writeRecord('engine', next), rev)
      if (put.ok) {
        await this.#tell(next)
        return next
      }
      if (put.why !== 'conflict' && put.why !== 'unknown') throw unavailable(put)
    }
    throw unavailable(undefined)
  }
}

// What is to be done next with the servers of an engine of p8a's own, of which there are to be three, on as many hosts as give one. Pure.
import { plainError } from '../host/errors.ts'
import type { EngineRecord, EngineServer } from '../records.ts'

export const wantedServers = 3

/** `end`: what it keeps goes to the others, and then it is a server no more. */
export type Step =
  | { do: 'nothing'; why: string }
  | { do: 'addSpare' }
  | { do: 'retire'; name: string }
  | { do: 'end'; name: string }

/** @param present names of the servers that are there, and know all that the others know */
export function nextStep({ servers }: Pick<EngineRecord, 'servers'>, present: ReadonlySet<string>): Step {
  const staying = servers.filter(({ isLeaving }) => !isLeaving)
  if (staying.length < wantedServers) return { do: 'addSpare' }
  const away = staying.find(({ name }) => !present.has(name))
  const [leaving] = servers.filter(({ isLeaving }) => isLeaving)
  if (staying.length > wantedServers) {
    if (away) return { do: 'nothing', why: `the server of host "${away.host}" is not there yet` }
    const least = replaceable(staying)
    return least ? { do: 'retire', name: least.name } : { do: 'nothing', why: 'there are more servers than are needed' }
  }
  if (!leaving) return { do: 'nothing', why: '' }
  // With one of those that stay away too, most of them might be gone by it.
  if (away) return { do: 'nothing', why: `the server of host "${away.host}" is away` }
  return { do: 'end', name: leaving.name }
}

/** Which server another one may replace: a spare, or the last of a host that has several. */
export function replaceable(servers: readonly EngineServer[]): EngineServer | undefined {
  const isOneOfSeveral = ({ host }: EngineServer) => servers.filter(one => one.host === host).length > 1
  return servers.findLast(({ isSpare }) => isSpare) ?? servers.findLast(isOneOfSeveral)
}

/** Where hosts reach the engine: at the servers that stay, but for spares, which have no address for them. */
export const addressesOf = ({ servers }: Pick<EngineRecord, 'servers'>): string[] =>
  servers.filter(({ isSpare, isLeaving }) => !isSpare && !isLeaving).map(({ address }) => address)

/** Whether a server is one as the others are: also where a further one has come since, as that is let in only then. */
export function isOneOfThem({ servers }: Pick<EngineRecord, 'servers'>, name: string): boolean {
  const at = servers.findIndex(one => one.name === name)
  if (at === -1 || servers[at]?.isLeaving) return false
  const isSettled = servers.length === wantedServers && !servers.some(({ isLeaving }) => isLeaving)
  return isSettled || servers.slice(at + 1).some(({ isSpare }) => !isSpare)
}

/** What is in the way is over soon: whoever is refused asks again. */
export class Busy extends Error {}

/** Whether a host gives the engine a server, which is to stay. */
export const givesServer = ({ servers }: Pick<EngineRecord, 'servers'>, host: string): boolean =>
  servers.some(one => one.host === host && !one.isSpare && !one.isLeaving)

/** @throws {Busy} while another one comes or goes. @throws {Error} if there is no server that a further one could replace */
export function withServer(
  record: EngineRecord,
  server: Pick<EngineServer, 'host' | 'address' | 'route' | 'isSpare'>,
  nameOf: (made: number) => string,
): EngineRecord {
  const { servers } = record
  const there = servers.find(({ host, isSpare, isLeaving }) => host === server.host && !isSpare && !isLeaving)
  // It has asked before, and was told nothing.
  if (there && !server.isSpare && there.address === server.address) return record
  const staying = servers.filter(({ isLeaving }) => !isLeaving)
  if (!server.isSpare) {
    checkRoom(staying, server)
    checkRest(servers)
  }
  const made = record.made + 1
  return { ...record, made, servers: [...servers, { ...server, name: nameOf(made), isLeaving: false }] }
}

function checkRoom(staying: readonly EngineServer[], { host, address }: Pick<EngineServer, 'host' | 'address'>): void {
  const of = (names: readonly string[]) => names.map(name => `"${name}"`).join(', ')
  if (staying.some(one => one.host === host && !one.isSpare))
    throw new Error(`Host "${host}" has a server of the engine already`)
  if (staying.some(one => one.address === address)) throw new Error(`Another server of the engine is at ${address}`)
  if (staying.some(({ route }) => route === ''))
    throw plainError('This engine was set up as one server alone', [
      { text: 'Let all other hosts leave, and move the fleet into this one', do: { verb: 'fleet move' } },
      { text: 'then', do: { verb: 'fleet move', options: { engine: 'HOST:PORT' } } },
    ])
  if (staying.length >= wantedServers && !replaceable(staying))
    throw new Error(`The engine has three servers already, on hosts ${of(staying.map(one => one.host))}`)
}

/** One comes or goes at a time: with two, nobody could tell which of them is there. */
function checkRest(servers: readonly EngineServer[]): void {
  const leaving = servers.find(({ isLeaving }) => isLeaving)
  if (leaving) throw busyWith(leaving, `A server of host "${leaving.host}" is leaving: wait until it is gone`)
  const last = servers.at(-1)
  if (last && servers.length > wantedServers)
    throw busyWith(last, `The server of host "${last.host}" is being added: wait until it is there`)
}

function busyWith({ host }: EngineServer, message: string): Busy {
  const steps = [{ text: 'If that host is gone for good, take it out', do: { verb: 'fleet remove', args: [host] } }]
  return Object.assign(new Busy(message), { steps })
}

/** The servers of a host are to leave. @throws {Error} if it is the host that keeps the engine */
export function withoutHost(record: EngineRecord, host: string): EngineRecord {
  return { ...record, servers: record.servers.map(one => (one.host === host ? { ...one, isLeaving: true } : one)) }
}

/** How many names of those that have ended are kept: a host that was away for so many has to be told to leave by hand. */
const mostEnded = 100

/** What has come of a step. */
export function withStep(record: EngineRecord, step: Step): EngineRecord {
  const { servers, ended } = record
  if (step.do === 'retire')
    return { ...record, servers: servers.map(one => (one.name === step.name ? { ...one, isLeaving: true } : one)) }
  if (step.do === 'end')
    return {
      ...record,
      servers: servers.filter(({ name }) => name !== step.name),
      ended: [...ended, step.name].slice(-mostEnded),
    }
  return record
}

// What `pod fleet …` asks.
import { readFile } from 'node:fs/promises'
import type { Commands } from 'p8a'
import { wantedServers } from './decide/servers.ts'
import { doctor } from './doctor.ts'
import { init, join } from './membership/entering.ts'
import { invite } from './membership/inviting.ts'
import { leave } from './membership/leaving.ts'
import type { Membership } from './membership/membership.ts'
import { move } from './membership/moving.ts'
import { drained, forget, remove, setDuty } from './membership/other-hosts.ts'
import { addServer, type GivenServer, removeServer } from './membership/servers.ts'
import { type FleetStatus, statusOf } from './membership/status.ts'
import type { OwnEngine } from './security/founding.ts'
import type { ServerStatus } from './security/serving-here.ts'
import type { EngineSettings } from './settings.ts'
import { table } from './table.ts'
import { readWords, type Words } from './words.ts'

/** How long pods may take to go elsewhere. */
const drainMs = 300_000

type Verb = (words: Words, ours: Membership, send: (text: string) => Promise<void>) => Promise<unknown>

const verbs: Record<string, Verb> = {
  async init(words, ours) {
    words.only('name', 'tag', ...engineWords)
    const settings = await init(ours, { host: words.one('name'), tags: words.all('tag') }, await engineOf(words))
    const more =
      settings.engine.kind === 'nats'
        ? 'Others join by: pod fleet invite REMOTE'
        : 'Its engine is within this host, so it has this one alone'
    return `Host "${settings.host}" is the first of fleet ${settings.fleet}. ${more}\n`
  },
  async join(words, ours) {
    words.only('name', 'tag', 'engine', 'server')
    const server = words.has('engine') ? serverOf(words.one('engine') ?? '', words) : undefined
    if (!server && words.has('server')) throw new Error('--server is for --engine: leave it out')
    const given = { host: words.one('name'), tags: words.all('tag'), server }
    const settings = await join(ours, words.word('INVITE'), given)
    const more = server ? `, and gives the engine a server at ${server.address}` : ''
    return `Host "${settings.host}" is in fleet ${settings.fleet}${more}\n`
  },
  async servers(words, ours) {
    words.only('json')
    const serving = ours.serving()
    const [servers, waits] = [serving.list(), serving.waits]
    return words.has('json') ? { servers, waits } : serversText(servers, waits)
  },
  async 'add-server'(words, ours) {
    words.only('server')
    const server = serverOf(words.word('HOST:PORT'), words)
    await addServer(ours, server)
    return `The engine has a server of this host, at ${server.address}\n`
  },
  async 'remove-server'(words, ours) {
    words.only()
    const host = words.word('HOST')
    await removeServer(ours, host)
    return `Host "${host}" has no server of the engine any more\n`
  },
  async move(words, ours) {
    words.only(...engineWords)
    const { host, engine } = await move(ours, await engineOf(words))
    const more =
      engine.kind === 'nats'
        ? `${engine.servers.join(',')}: others join by: pod fleet invite REMOTE`
        : 'this host, so that it has this one alone'
    return `The fleet of host "${host}" has moved to ${more}\n`
  },
  async remove(words, ours) {
    words.only()
    const host = words.word('HOST')
    await remove(ours, host)
    return `Host "${host}" is out of the fleet, and its credential is void\n`
  },
  async renew(words, ours) {
    words.only()
    const made = await ours.serving().renew()
    return `${made} certificates of the engine are new: connections go on, and those that come next see them\n`
  },
  async invite(words, ours) {
    words.only('engine')
    const address = words.one('engine')
    return `${invite(ours, address === undefined ? undefined : addressOf(address))}\n`
  },
  async leave(words, ours) {
    words.only()
    const { host, ghost, wasRefused } = await leave(ours)
    if (wasRefused) return `Host "${host}" has left the fleet, whose engine refused its credential already\n`
    const note = `. Its fleet may have it still, as a host that is gone (${ghost}): on another host, pod fleet forget ${host}`
    return `Host "${host}" has left the fleet${ghost === '' ? '' : note}\n`
  },
  async status(words, ours) {
    words.only('json')
    const status = statusOf(ours.member(), ours.steppedDownFor)
    return words.has('json') ? status : statusText(status)
  },
  async doctor(words, ours) {
    words.only('json')
    const findings = await doctor(ours.member(), ours)
    if (words.has('json')) return { findings }
    return `${findings.map(({ level, text }) => `${level}: ${text}\n`).join('')}${findings.length === 0 ? 'All is well\n' : ''}`
  },
  async cordon(words, ours) {
    words.only()
    const host = words.word('HOST')
    await setDuty(ours.member(), host, 'cordoned')
    return `Host "${host}" gets no more pods\n`
  },
  async uncordon(words, ours) {
    words.only()
    const host = words.word('HOST')
    await setDuty(ours.member(), host, 'active')
    return `Host "${host}" gets pods again\n`
  },
  async forget(words, ours) {
    words.only()
    const host = words.word('HOST')
    await forget(ours.member(), host)
    return `Host "${host}" is forgotten. If it comes back, it is a host of the fleet again\n`
  },
  async drain(words, ours, send) {
    words.only()
    const host = words.word('HOST')
    await setDuty(ours.member(), host, 'draining')
    await send(`Host "${host}" gets no more pods, and those that it has go elsewhere\n`)
    const left = await drained(ours.member(), host, AbortSignal.timeout(drainMs))
    if (left > 0) throw new Error(`${left} pods are still on host "${host}": their status says what they wait for`)
    return `Nothing of the fleet is on host "${host}"\n`
  },
}

const help = `pod fleet init [--name HOST] [--tag TAG]             begin a fleet of this host alone
pod fleet init --nats URL[,URL…] [--replicas 3]      begin one that others can join
    [--user NAME --password-file FILE] [--ca-file FILE]
pod fleet init --engine HOST:PORT[,HOST:PORT…]       set up the engine too, on this host: other hosts can give servers for it
    [--server FILE]                                  the nats-server to run (default: that of the PATH)
pod fleet invite [--engine HOST:PORT]                print what lets another machine join, and give a server there
pod fleet join INVITE [--name HOST] [--tag TAG]
    [--engine HOST:PORT] [--server FILE]             and give the engine a server of this host
pod fleet servers [--json]                           where the servers of the engine are
pod fleet add-server HOST:PORT [--server FILE]       give the engine a server of this host
pod fleet remove-server HOST                         take the server of a host from the engine
pod fleet move [--nats URL[,URL…] …]                 move a fleet of one host to a NATS, or back into this host
pod fleet move --engine HOST:PORT[,HOST:PORT…]       or to an engine that this host sets up
pod fleet leave
pod fleet status [--json]
pod fleet doctor [--json]                            what is wrong with engine, clocks, versions
pod fleet cordon HOST | uncordon HOST                no new pods there; pods there again
pod fleet drain HOST                                 move all of its pods elsewhere
pod fleet forget HOST                                take one that is gone for good out of the fleet
pod fleet remove HOST                                cut one off at once, whatever it does: its credential is void
pod fleet renew                                      make the certificates of the engine anew
`

/** @param ours this host's membership, once the pod runs. @returns the commands by their names */
export function commandsOf(ours: () => Membership): Commands {
  return {
    fleet: async ([, verb = 'help', ...rest], send) => {
      const chosen = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
      if (chosen) return await chosen(readWords(rest), ours(), send)
      if (['help', '--help', '-h'].includes(verb)) return help
      throw Object.assign(new Error(`There is no command "pod fleet ${verb}"`), {
        code: 'usage',
        hint: `There are: ${Object.keys(verbs).sort().join(', ')}`,
      })
    },
  }
}

const engineWords = ['nats', 'replicas', 'user', 'password-file', 'ca-file', 'engine', 'server']

async function engineOf(words: Words): Promise<EngineSettings | OwnEngine> {
  const servers = listOf(words.one('nats'))
  if (words.has('engine')) {
    const others = engineWords.slice(0, -2).find(name => words.has(name))
    if (others !== undefined) throw new Error(`--engine sets up an engine on this host: leave out --${others}`)
    const addresses = addressesOf(listOf(words.one('engine')))
    return {
      kind: 'own',
      addresses,
      // The engine has three servers, also before other hosts give any.
      spares: addresses.length === 1 ? wantedServers - 1 : 0,
      program: words.one('server') ?? usualServer,
    }
  }
  if (words.has('server')) throw new Error('--server is for --engine: leave it out')
  if (servers.length === 0) return { kind: 'embedded' }
  const wrong = servers.find(url => !/^(?:nats|tls):$/.test(URL.parse(url)?.protocol ?? ''))
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is no address such as nats://10.0.0.5:4222`)
  const named = servers.find(url => new URL(url).username !== '' || new URL(url).password !== '')
  if (named !== undefined)
    throw new Error(
      `The address at ${new URL(named).host} has a user or a password in it: give --user and --password-file`,
    )
  const replicas = Number(words.one('replicas') ?? (servers.length >= 3 ? 3 : 1))
  if (replicas !== 1 && replicas !== 3) throw new Error('--replicas has to be 1 or 3')
  const text = async (name: string) => {
    const file = words.one(name)
    return file === undefined ? undefined : (await readFile(file, 'utf8')).trim()
  }
  const [password, ca, user] = [await text('password-file'), await text('ca-file'), words.one('user')]
  const secrets = { ...(user !== undefined && { user }), ...(password !== undefined && { password }) }
  return { kind: 'nats', servers, replicas, ...secrets, ...(ca !== undefined && { ca }) }
}

const usualServer = 'nats-server'
const usualPort = 4222

/** @throws {Error} unless it is one address that other hosts can reach this one at */
function serverOf(address: string, words: Words): GivenServer {
  return { address: addressOf(address), program: words.one('server') ?? usualServer }
}

/** @throws {Error} as {@link serverOf} */
function addressOf(text: string): string {
  const [one = '', ...others] = addressesOf([text])
  if (others.length > 0) throw new Error('Give one HOST:PORT')
  return one
}

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').filter(Boolean)

/** @throws {Error} unless there are one or three, each with an address that other hosts can reach it at */
function addressesOf(given: readonly string[]): string[] {
  if (given.length !== 1 && given.length !== 3)
    throw new Error('--engine has one address, or three with commas between: two servers cannot do without either')
  const addresses = given.map(text => {
    const url = URL.parse(`tls://${text}`)
    const isAddress = url !== null && url.hostname !== '' && url.pathname === '' && !text.includes('@')
    if (!isAddress) throw new Error(`${JSON.stringify(text)} is no address such as 10.0.0.5:4222`)
    if (['0.0.0.0', '[::]'].includes(url.hostname))
      throw new Error(`${url.hostname} is no address at which other hosts reach this one: give such as 10.0.0.5:4222`)
    return `${url.hostname}:${url.port || usualPort}`
  })
  const twice = addresses.find((one, at) => addresses.indexOf(one) !== at)
  if (twice !== undefined) throw new Error(`--engine has ${twice} twice: each server needs a port of its own`)
  return addresses
}

function serversText(servers: readonly ServerStatus[], waits: string): string {
  const rows = servers.map(({ name, host, address, isSpare, isLeaving }) => [
    ...[name, host, isSpare ? '-' : address],
    isLeaving ? 'leaving' : isSpare ? 'spare: until a host gives one' : '',
  ])
  return `${waits === '' ? '' : `${waits}\n`}${table(['SERVER', 'HOST', 'ADDRESS', ''], rows)}`
}

function statusText({ fleet, host, isUp, problem, keeper, hosts, pods }: FleetStatus): string {
  const rows = (hosts as Record<string, unknown>[]).map(at => [
    at.name === host ? `${at.name} *` : String(at.name),
    String(at.status),
    (at.tags as string[]).join(',') || '-',
    String(at.pods),
    String(at.runs),
    String(at.p8a),
  ])
  const state = isUp ? '' : 'The engine is away: what is up goes on, and nothing can be changed\n'
  const still = problem === '' ? '' : `${problem}\n`
  return `fleet ${fleet}, ${hosts.length} hosts, ${pods} pods${keeper === '' ? '' : `, host "${keeper}" keeps its engine`}\n${state}${still}${table(['HOST', 'STATUS', 'TAGS', 'PODS', 'RUNS', 'P8A'], rows)}`
}

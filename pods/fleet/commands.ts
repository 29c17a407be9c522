// What `pod fleet …` asks.
import { readFile } from 'node:fs/promises'
import type { Commands } from 'p8a'
import { doctor } from './doctor.ts'
import type { FleetStatus, Membership } from './membership.ts'
import type { EngineSettings } from './settings.ts'
import { table } from './table.ts'
import { readWords, type Words } from './words.ts'

/** How long pods may take to go elsewhere. */
const drainMs = 300_000

type Verb = (words: Words, ours: Membership, send: (text: string) => Promise<void>) => Promise<unknown>

const verbs: Record<string, Verb> = {
  async init(words, ours) {
    words.only('name', 'tag', 'nats', 'replicas', 'user', 'password-file', 'ca-file')
    const settings = await ours.init({ host: words.one('name'), tags: words.all('tag') }, await engineOf(words))
    const more =
      settings.engine.kind === 'nats'
        ? 'Others join by: pod fleet invite'
        : 'Its engine is within this host, so it has this one alone'
    return `Host "${settings.host}" is the first of fleet ${settings.fleet}. ${more}\n`
  },
  async join(words, ours) {
    words.only('name', 'tag')
    const settings = await ours.join(words.word('INVITE'), { host: words.one('name'), tags: words.all('tag') })
    return `Host "${settings.host}" is in fleet ${settings.fleet}\n`
  },
  async move(words, ours) {
    words.only('nats', 'replicas', 'user', 'password-file', 'ca-file')
    const { host, engine } = await ours.move(await engineOf(words))
    const more =
      engine.kind === 'nats'
        ? `${engine.servers.join(',')}: others join by: pod fleet invite`
        : 'this host, so that it has this one alone'
    return `The fleet of host "${host}" has moved to ${more}\n`
  },
  async invite(words, ours) {
    words.only()
    return `${ours.invite()}\n`
  },
  async leave(words, ours) {
    words.only()
    const { host, ghost } = await ours.leave()
    const note = `. Its fleet may have it still, as a host that is gone (${ghost}): on another host, pod fleet forget ${host}`
    return `Host "${host}" has left the fleet${ghost === '' ? '' : note}\n`
  },
  async status(words, ours) {
    words.only('json')
    const status = ours.status()
    return words.has('json') ? status : statusText(status)
  },
  async doctor(words, ours) {
    words.only('json')
    const findings = await doctor(ours.member())
    if (words.has('json')) return { findings }
    return `${findings.map(({ level, text }) => `${level}: ${text}\n`).join('')}${findings.length === 0 ? 'All is well\n' : ''}`
  },
  async cordon(words, ours) {
    words.only()
    const host = words.word('HOST')
    await ours.duty(host, 'cordoned')
    return `Host "${host}" gets no more pods\n`
  },
  async uncordon(words, ours) {
    words.only()
    const host = words.word('HOST')
    await ours.duty(host, 'active')
    return `Host "${host}" gets pods again\n`
  },
  async forget(words, ours) {
    words.only()
    const host = words.word('HOST')
    await ours.forget(host)
    return `Host "${host}" is forgotten. If it comes back, it is a host of the fleet again\n`
  },
  async drain(words, ours, send) {
    words.only()
    const host = words.word('HOST')
    await ours.duty(host, 'draining')
    await send(`Host "${host}" gets no more pods, and those that it has go elsewhere\n`)
    const left = await ours.drained(host, AbortSignal.timeout(drainMs))
    if (left > 0) throw new Error(`${left} pods are still on host "${host}": pod status fleet says what they wait for`)
    return `Nothing of the fleet is on host "${host}"\n`
  },
}

const help = `pod fleet init [--name HOST] [--tag TAG]             begin a fleet of this host alone
pod fleet init --nats URL[,URL…] [--replicas 3]      begin one that others can join
    [--user NAME --password-file FILE] [--ca-file FILE]
pod fleet invite                                     print what lets another machine join
pod fleet join INVITE [--name HOST] [--tag TAG]
pod fleet move [--nats URL[,URL…] …]                 move a fleet of one host to a NATS, or back into this host
pod fleet leave
pod fleet status [--json]
pod fleet doctor [--json]                            what is wrong with engine, clocks, versions
pod fleet cordon HOST | uncordon HOST                no new pods there; pods there again
pod fleet drain HOST                                 move all of its pods elsewhere
pod fleet forget HOST                                take one that is gone for good out of the fleet
`

/** @param ours this host's membership, once the pod runs. @returns the commands by their names */
export function commandsOf(ours: () => Membership): Commands {
  return {
    fleet: async ([, verb = '', ...rest], send) => {
      const chosen = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
      return chosen ? await chosen(readWords(rest), ours(), send) : help
    },
  }
}

async function engineOf(words: Words): Promise<EngineSettings> {
  const servers = (words.one('nats') ?? '').split(',').filter(Boolean)
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

function statusText({ fleet, host, isUp, problem, hosts, pods }: FleetStatus): string {
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
  return `fleet ${fleet}, ${hosts.length} hosts, ${pods} pods\n${state}${still}${table(['HOST', 'STATUS', 'TAGS', 'PODS', 'RUNS', 'P8A'], rows)}`
}

// What a keeper asks of the servers of its engine, by an account of the servers themselves, or by that of the fleet.
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { whoAndWhere } from '../nats/link.ts'
import type { NatsEngineSettings } from '../settings.ts'
import { userToken } from './claims.ts'
import type { ServersApi } from './cluster.ts'
import { newSeed, publicOf } from './nkeys.ts'
import { hiddenOf, imagesOf, keeperRights, stateOf } from './rights.ts'

export type AskOptions = {
  fleet: string
  /** Where the engine is, as of now. */
  engine: () => NatsEngineSettings
  /** Seeds of accounts. */
  account: string
  system: string
}

const askMs = 5000

type Peer = { name: string; current?: boolean; offline?: boolean }
type Answer = { error?: { description: string; err_code?: number } }
type JetStream = { server: { name: string }; data?: { meta_cluster?: { leader?: string; replicas?: Peer[] } } }
type Stream = Answer & { config?: object; cluster?: { leader?: string; replicas?: Peer[] } }

/** Another one has been asked to leave before. */
const noSuchPeer = 10_044

export function serversApi(options: AskOptions): ServersApi {
  const { fleet, account } = options
  const streams = [`KV_${stateOf(fleet)}`, `KV_${hiddenOf(fleet, account)}`, imagesOf(fleet)]
  return {
    present: async () => {
      const answers = (await askAll(options, '$SYS.REQ.SERVER.PING.JSZ', { payload: '{}' })) as JetStream[]
      // Only the one that leads knows of all others how far they are.
      const told = answers.find(({ server, data }) => data?.meta_cluster?.leader === server.name)?.data?.meta_cluster
      if (!told) throw new Error('No server of the engine leads')
      return new Set([told.leader ?? '', ...currentOf(told.replicas)])
    },
    streams: async () =>
      await as(options, 'fleet', async ask =>
        Promise.all(
          streams.map(async name => {
            const { cluster } = await ask<Stream>(`$JS.API.STREAM.INFO.${name}`, '')
            const { leader = '', replicas = [] } = cluster ?? {}
            const isWhole = leader !== '' && currentOf(replicas).length === replicas.length
            return { name, servers: [leader, ...replicas.map(({ name }) => name)], isWhole }
          }),
        ),
      ),
    moveOff: async (stream, peer) =>
      await as(options, 'fleet', async ask => {
        await ask(`$JS.API.STREAM.PEER.REMOVE.${stream}`, JSON.stringify({ peer }))
      }),
    fill: async stream =>
      await as(options, 'fleet', async ask => {
        const { config } = await ask<Stream>(`$JS.API.STREAM.INFO.${stream}`, '')
        await ask(`$JS.API.STREAM.UPDATE.${stream}`, JSON.stringify(config))
      }),
    expel: async peer =>
      await as(options, 'system', async ask => {
        await ask('$JS.API.SERVER.REMOVE', JSON.stringify({ peer }), noSuchPeer)
      }),
  }
}

const currentOf = (peers: readonly Peer[] = []): string[] =>
  peers.filter(({ current, offline }) => current === true && offline !== true).map(({ name }) => name)

type Ask = <T extends Answer>(subject: string, payload: string, ignored?: number) => Promise<T>

async function as<T>(options: AskOptions, who: 'fleet' | 'system', work: (ask: Ask) => Promise<T>): Promise<T> {
  const connection = await connected(options, who)
  try {
    return await work(async (subject, payload, ignored) => {
      const answer = (await connection.request(subject, payload, { timeout: askMs })).json<Answer>()
      if (answer.error && answer.error.err_code !== ignored) throw new Error(answer.error.description)
      return answer as never
    })
  } finally {
    await connection.close()
  }
}

/** @param count how many are to answer, if that is known. @returns what each server that answers says; at least one */
export async function askAll(
  options: AskOptions,
  subject: string,
  { payload, count }: { payload: string; count?: number },
): Promise<unknown[]> {
  const connection = await connected(options, 'system')
  try {
    const answers: unknown[] = []
    // How many there are is not asked for where some may be away: then it is over once none has answered for a while.
    const until =
      count === undefined
        ? ({ strategy: 'stall', stall: stallMs } as const)
        : ({ strategy: 'count', maxMessages: count } as const)
    for await (const answer of await connection.requestMany(subject, payload, { ...until, maxWait: askMs }))
      answers.push(answer.json())
    if (answers.length === 0) throw new Error('No server of the engine answers')
    return answers
  } finally {
    await connection.close()
  }
}

const stallMs = 1000

async function connected(
  { fleet, engine, account, system }: AskOptions,
  who: 'fleet' | 'system',
): Promise<NatsConnection> {
  const seed = newSeed('user')
  const user = publicOf(seed)
  const rights = who === 'fleet' ? { rights: keeperRights(fleet, { key: user, hidden: hiddenOf(fleet, account) }) } : {}
  const token = userToken(who === 'fleet' ? account : system, { user, name: 'keeper', ...rights })
  return await connect({ ...whoAndWhere({ ...engine(), fleet, credential: { seed, token } }), reconnect: false })
}

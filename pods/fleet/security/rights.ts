// What each kind of credential may do at an engine of p8a's own: subjects, and nothing else. A host writes what it tells of itself, and what is
// wanted of pods; it cannot write what another host tells of itself, answer or listen in its place, or remove what the fleet has.
import { createHmac } from 'node:crypto'
import type { Rights } from './claims.ts'

export const stateOf = (fleet: string): string => `p8a-${fleet}-state`
export const imagesOf = (fleet: string): string => `p8a-${fleet}-images`
export const busPrefix = (fleet: string): string => `p8a.${fleet}.`

/** Which all servers of a fleet's engine have in their certificates, beside their addresses. */
export const serversName = (fleet: string): string => `p8a-${fleet}`

/**
 * What keepers write down for themselves. A server sends an answer to any subject that whoever asks names, also to that of a value that only others
 * may write: so what a host must not even spoil has a name that no host can know.
 * @param account its seed
 */
export const hiddenOf = (fleet: string, account: string): string =>
  `p8a-${fleet}-${createHmac('sha256', account).update('keepers').digest('hex').slice(0, 32)}`

/** Where all answers go. */
export const answersPrefix = '_INBOX.'

/** Where answers come to whoever has this key: each credential has its own. */
export const inboxOf = (publicKey: string): string => `${answersPrefix}${publicKey}`

/**
 * Where all answers go: their subjects are random, and only who is asked knows them. A server that permits an answer to what it has delivered
 * forgets that when it reads its configuration again, and would lose the answers that are under way.
 */
const answers = `${answersPrefix}>`

/** @param user.key its public key */
export function hostRights(fleet: string, { host, key }: { host: string; key: string }): Rights {
  const [kv, images, bus] = [stateOf(fleet), imagesOf(fleet), busPrefix(fleet)]
  return {
    publish: [
      '$JS.API.INFO',
      ...[`KV_${kv}`, images].flatMap(readingOf),
      ...[`host.${host}`, `report.${host}.*`, 'pod.*', 'duty.*'].map(key => `$KV.${kv}.${key}`),
      `${images}.${host}.>`,
      ...['do', 'leave', `event.${host}`].map(verb => `${bus}host.*.${verb}`),
      ...['fence', 'forget', `leave.${host}`, `engine.${host}`].map(verb => `${bus}keeper.${verb}`),
      answers,
    ],
    subscribe: [`${inboxOf(key)}.>`, `${bus}host.${host}.>`],
  }
}

/** Of a host that gives the engine a server, beside what it is as a host: it writes of others that they are dead, or gone for good. */
export function fencingRights(fleet: string, { key }: { key: string }): Rights {
  const kv = stateOf(fleet)
  return {
    publish: [
      '$JS.API.INFO',
      ...[`KV_${kv}`, imagesOf(fleet)].flatMap(readingOf),
      ...['host.*', 'report.*.*', 'pod.*', 'duty.*'].map(key => `$KV.${kv}.${key}`),
    ],
    subscribe: [`${inboxOf(key)}.>`],
  }
}

/** Of the hosts on which the engine is, beside what they are as hosts: it takes hosts in and out. */
export function keeperRights(fleet: string, { key, hidden }: { key: string; hidden: string }): Rights {
  const [kv, images] = [stateOf(fleet), imagesOf(fleet)]
  return {
    publish: [
      '$JS.API.>',
      ...[`KV_${kv}`, `KV_${hidden}`, images].map(flowOf),
      ...[`$KV.${kv}.>`, `$KV.${hidden}.>`, `${images}.>`],
      answers,
    ],
    denied: ['$JS.API.STREAM.DELETE.>'],
    subscribe: [`${inboxOf(key)}.>`, `${busPrefix(fleet)}keeper.>`],
  }
}

/** Of an invite: it asks to be taken in, once. */
export function inviteRights(fleet: string, { id, key }: { id: string; key: string }): Rights {
  return { publish: [`${busPrefix(fleet)}keeper.join.${id}`], subscribe: [`${inboxOf(key)}.>`] }
}

/** What reading a stream takes, with its changes: without the right to answer its flow control, a watch falls silent after 2 MB. */
const readingOf = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
  flowOf(stream),
]

const flowOf = (stream: string): string => `$JS.FC.${stream}.>`

// What each kind of credential may do at an engine of p8a's own: subjects, and nothing else. A host writes what it tells of itself, and what is
// wanted of pods; it cannot write what another host tells of itself, answer or listen in its place, or remove what the fleet has.
import type { Rights } from './claims.ts'

export const stateOf = (fleet: string): string => `p8a-${fleet}-state`
export const blobsOf = (fleet: string): string => `p8a-${fleet}-blobs`
export const busPrefix = (fleet: string): string => `p8a.${fleet}.`

/** Which all servers of a fleet's engine have in their certificates, beside their addresses. */
export const serversName = (fleet: string): string => `p8a-${fleet}`

/** Where answers come to whoever has this key: each credential has its own. */
export const inboxOf = (publicKey: string): string => `_INBOX.${publicKey}`

/**
 * Where all answers go: their subjects are random, and only who is asked knows them. A server that permits an answer to what it has delivered
 * forgets that when it reads its configuration again, and would lose the answers that are under way.
 */
const answers = '_INBOX.>'

/** @param user.key its public key */
export function hostRights(fleet: string, { host, key }: { host: string; key: string }): Rights {
  const [kv, objects] = [stateOf(fleet), blobsOf(fleet)]
  return {
    publish: [
      '$JS.API.INFO',
      ...[`KV_${kv}`, `OBJ_${objects}`].flatMap(readingOf),
      ...[`host.${host}`, `report.${host}.*`, 'pod.*', 'duty.*'].map(key => `$KV.${kv}.${key}`),
      `$O.${objects}.>`,
      `${busPrefix(fleet)}host.*.>`,
      `${busPrefix(fleet)}keeper.fence`,
      `${busPrefix(fleet)}keeper.forget`,
      `${busPrefix(fleet)}keeper.leave.${host}`,
      `${busPrefix(fleet)}keeper.engine.${host}`,
      answers,
    ],
    subscribe: [`${inboxOf(key)}.>`, `${busPrefix(fleet)}host.${host}.>`],
  }
}

/** Of a host that gives the engine a server, beside what it is as a host: it writes of others that they are dead, or gone for good. */
export function fencingRights(fleet: string, { key }: { key: string }): Rights {
  const [kv, objects] = [stateOf(fleet), blobsOf(fleet)]
  return {
    publish: [
      '$JS.API.INFO',
      ...[`KV_${kv}`, `OBJ_${objects}`].flatMap(readingOf),
      ...['host.*', 'report.*.*', 'pod.*', 'duty.*'].map(key => `$KV.${kv}.${key}`),
    ],
    subscribe: [`${inboxOf(key)}.>`],
  }
}

/** Of the hosts on which the engine is, beside what they are as hosts: it takes hosts in and out. */
export function keeperRights(fleet: string, { key }: { key: string }): Rights {
  return {
    publish: [
      '$JS.API.>',
      ...[`KV_${stateOf(fleet)}`].map(flowOf),
      `$KV.${stateOf(fleet)}.>`,
      `$O.${blobsOf(fleet)}.>`,
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
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
  flowOf(stream),
]

const flowOf = (stream: string): string => `$JS.FC.${stream}.>`

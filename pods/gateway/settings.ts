// What `pod start local gateway --NAME VALUE` sets. Values are texts; times are as everywhere, such as `30s`.
import { readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { durationMs } from 'p8a/values'
import type { AcmeSettings } from './acme/acme.ts'
import { type RegistrySettings, registryOf } from './registry/settings.ts'

export type Settings = {
  /** Host names under it without a route mean a pod by its name; `localhost` is that for clients on this machine. */
  domain: string | undefined
  /** Whose `X-Forwarded-*` and `Forwarded` are believed. */
  trusted: BlockList
  /** Which requests are written into the log. */
  access: 'off' | 'errors' | 'all'
  /** `common` is the combined log format of web servers. */
  accessFormat: 'json' | 'common'
  /** How long a request may wait for its pod to be up. */
  wakeTimeoutMs: number
  /** After how long a browser that waits gets a page. */
  pageAfterMs: number
  /** How long a request for a pod that is paused is held. */
  pauseTimeoutMs: number
  /** How many requests may wait for one pod. */
  maxWaiting: number
  /** How long a pod may take to begin its answer. */
  answerTimeoutMs: number
  /** How long a client may take for its headers, be silent within a body, and keep a connection without a request. */
  headersTimeoutMs: number
  bodyTimeoutMs: number
  keepAliveMs: number
  maxHeaderBytes: number
  /** Bytes that a request may bring; 0: as many as it likes. */
  maxBody: number
  /** How many requests one pod may have at a time; 0: as many as come. */
  connections: number
  /** Where several gateways know together what they do; undefined: this one is alone with its pods. */
  registry: RegistrySettings | undefined
  /** A file with rules. */
  rules: string | undefined
  /** The page for a browser that waits, with `{{name}}` and `{{refresh}}`. */
  page: string | undefined
  /** The folder of the user's certificates. */
  certs: string | undefined
  /** By its label or one of its names: the one for clients that want another name, or none. */
  defaultCertificate: string | undefined
  /** Whether requests without TLS are sent to https, where there is a certificate. */
  redirect: boolean
  /** Where certificates are ordered, for whom, and which of the authority's profiles. */
  acme: AcmeSettings | undefined
  /** Whether gateways that have a registry in Redis keep those certificates and their keys there. */
  acmeShare: boolean
  /** Whether they keep the keys of the tickets of TLS sessions there. */
  ticketShare: boolean
  /** How many requests an HTTP/2 client may have under way on one connection, and how many of them it may take back at once. */
  maxStreams: number
  maxResets: number
}

const times = {
  wakeTimeout: '30s',
  pauseTimeout: '30s',
  pageAfter: '1s',
  answerTimeout: '60s',
  headersTimeout: '10s',
  bodyTimeout: '30s',
  keepAlive: '65s',
}
const numbers = {
  maxWaiting: 1000,
  maxHeaderBytes: 16_384,
  maxBody: 0,
  connections: 0,
  maxStreams: 128,
  maxResets: 200,
}
const texts = {
  ...{ domain: '', trustedProxies: '', access: 'off', accessFormat: 'json', waitingPage: '', rules: '' },
  ...{ certs: '', defaultCertificate: '', redirect: 'on', acme: '', acmeDirectory: '', acmeProfile: '' },
  ...{ acmeKid: '', acmeHmac: '', acmeShare: 'on', ticketShare: 'on' },
  ...{ registry: '', registryPrefix: '' },
}

/** All names, for a message. */
const names = Object.keys({ ...texts, ...times, ...numbers })

/** @throws {Error} naming the setting, and what it may be */
export function settingsOf(params: Readonly<Record<string, string>>): Settings {
  const unknown = Object.keys(params).find(name => !names.includes(name))
  if (unknown !== undefined) throw new Error(`There is no setting ${unknown}: use ${names.join(', ')}`)
  const time = (name: keyof typeof times) => millisecondsOf(name, params[name] ?? times[name])
  const number = (name: keyof typeof numbers) => wholeNumberOf(name, params[name] ?? String(numbers[name]))
  return {
    domain: domainOf(params.domain),
    trusted: trustedOf(params.trustedProxies ?? ''),
    access: oneOf('access', params.access ?? texts.access, ['off', 'errors', 'all']),
    accessFormat: oneOf('accessFormat', params.accessFormat ?? texts.accessFormat, ['json', 'common']),
    wakeTimeoutMs: time('wakeTimeout'),
    pauseTimeoutMs: time('pauseTimeout'),
    pageAfterMs: time('pageAfter'),
    answerTimeoutMs: time('answerTimeout'),
    headersTimeoutMs: time('headersTimeout'),
    bodyTimeoutMs: time('bodyTimeout'),
    keepAliveMs: time('keepAlive'),
    maxWaiting: number('maxWaiting'),
    maxHeaderBytes: number('maxHeaderBytes'),
    maxBody: number('maxBody'),
    connections: number('connections'),
    maxStreams: number('maxStreams'),
    maxResets: number('maxResets'),
    registry: registryOf(params),
    rules: params.rules || undefined,
    page: params.waitingPage ? readFileSync(params.waitingPage, 'utf8') : undefined,
    certs: params.certs || undefined,
    acme: acmeOf(params),
    acmeShare: oneOf('acmeShare', params.acmeShare ?? texts.acmeShare, ['on', 'off']) === 'on',
    ticketShare: oneOf('ticketShare', params.ticketShare ?? texts.ticketShare, ['on', 'off']) === 'on',
    defaultCertificate: params.defaultCertificate || undefined,
    redirect: oneOf('redirect', params.redirect ?? texts.redirect, ['on', 'off']) === 'on',
  }
}

/** As long as a timer may run. */
const mostMs = 2 ** 31 - 1

/** @throws {Error} naming `name` */
export function millisecondsOf(name: string, text: string): number {
  const value = durationMs(text, mostMs)
  if (value !== undefined && value >= 1) return value
  throw new Error(`${name} is ${JSON.stringify(text)}, which is no time such as 500ms, 30s or 5m, of at most 24 days`)
}

function wholeNumberOf(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Error(`${name} is ${JSON.stringify(text)}, which is no whole number`)
}

function domainOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  const domain = text.toLowerCase()
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domain)) return domain
  throw new Error(`domain is ${JSON.stringify(text)}, which is no domain such as apps.example.com`)
}

function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find(known => known === text)
  if (word !== undefined) return word
  throw new Error(`${name} is ${JSON.stringify(text)}: it may be ${words.join(', ')}`)
}

/** Let's Encrypt. */
const usualDirectory = 'https://acme-v02.api.letsencrypt.org/directory'

function acmeOf({
  acme: email = '',
  acmeDirectory,
  acmeProfile,
  acmeKid: kid,
  acmeHmac: hmacKey,
}: Readonly<Record<string, string>>): Settings['acme'] {
  if (email === '' && (acmeDirectory || acmeProfile || kid || hmacKey)) throw new Error('acme is missing: --acme EMAIL')
  if (email === '') return undefined
  if (!/^[^\s@,]+@[^\s@,]+$/.test(email)) throw new Error(`acme is ${JSON.stringify(email)}, which is no email address`)
  const directoryUrl = acmeDirectory || usualDirectory
  if (!/^https?:/.test(directoryUrl) || !URL.canParse(directoryUrl)) {
    throw new Error(`acmeDirectory is ${JSON.stringify(directoryUrl)}, which is no URL`)
  }
  if (!kid !== !hmacKey) throw new Error('acmeKid and acmeHmac are one account of the authority: give both')
  if (hmacKey && !/^[\w-]+=*$/.test(hmacKey)) throw new Error('acmeHmac is no key in base64url, as authorities give it')
  const binding = kid && hmacKey ? { kid, hmacKey } : undefined
  return { email, directoryUrl, profile: acmeProfile || undefined, binding }
}

/** Addresses and networks with commas between. */
function trustedOf(text: string): BlockList {
  const list = new BlockList()
  for (const entry of text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address)
    const prefix = bits === undefined ? undefined : Number(bits)
    if (family === 0 || (prefix !== undefined && !(prefix >= 0 && prefix <= (family === 6 ? 128 : 32)))) {
      throw new Error(`trustedProxies has ${JSON.stringify(entry)}, which is no address or network such as 10.0.0.0/8`)
    }
    const kind = family === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, kind)
    else list.addSubnet(address, prefix, kind)
  }
  return list
}

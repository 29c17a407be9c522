// A certificate authority for tests, as far as RFC 8555, 8737 and 9773 go: it looks whether a name is that of the gateway by asking the
// gateway's own ports. It does not check signatures.
import 'reflect-metadata'
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { Root } from '../certificates/making.ts'

type Order = { name: string; status: string; replaces?: string; profile?: string; token: string; pem?: string }

/** What a client says in the two parts of a request. */
type Said = {
  kid?: string
  jwk?: Record<string, string>
  identifiers?: { value: string }[]
  replaces?: string
  profile?: string
  csr?: string
  externalAccountBinding?: { protected: string; payload: string; signature: string }
}

export class Authority implements AsyncDisposable {
  readonly root: Root
  /** Where the gateway is reached. */
  ports = { http: 0, https: 0 }
  /** Of challenges: which ones it offers. */
  types = ['http-01', 'tls-alpn-01']
  /** What it says to a new order in the place of taking it. */
  refusal: string | undefined
  /** What it waits for before it answers a new order that it has taken. */
  holdBack: Promise<void> | undefined
  /** What it does once it has asked for a name, before it says so. */
  onValidated: (() => Promise<void>) | undefined
  /** `Retry-After` of what it refuses, and of when to renew. */
  retryAfter: string | undefined
  /** The key of the customer's account that an account here has to belong to. */
  binding: { kid: string; hmacKey: string } | undefined
  /** When it would like to see certificates again; undefined: it says nothing of it. */
  window: { start: string; end: string } | undefined
  lifeMs = 90 * 86_400_000
  readonly orders: Order[] = []
  readonly validations: string[] = []
  accounts = 0
  #server = createServer((asked, answer) => void this.#answer(asked, answer))
  #thumbprints = new Map<string, string>()

  static async open(): Promise<Authority> {
    const authority = new Authority(await Root.make())
    authority.#server.listen(0, '127.0.0.1')
    await once(authority.#server, 'listening')
    return authority
  }

  private constructor(root: Root) {
    this.root = root
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await text(asked)
    const { protected: head, payload } = body === '' ? {} : JSON.parse(body)
    const given = { head: decoded(head), payload: decoded(payload) }
    if (this.retryAfter !== undefined && asked.url?.startsWith('/info'))
      answer.setHeader('Retry-After', this.retryAfter)
    answer.setHeader('Replay-Nonce', createHash('sha256').update(String(Math.random())).digest('base64url'))
    try {
      const [status, told, location] = await this.#told(asked.url ?? '', given)
      if (location !== undefined) answer.setHeader('Location', `${this.url}${location}`)
      answer.writeHead(status, {
        'Content-Type': typeof told === 'string' ? 'application/pem-certificate-chain' : 'application/json',
      })
      answer.end(typeof told === 'string' ? told : JSON.stringify(told))
    } catch (error) {
      const { message } = error as Error
      const status = this.retryAfter === undefined ? 400 : 429
      if (this.retryAfter !== undefined) answer.setHeader('Retry-After', this.retryAfter)
      answer.writeHead(status, { 'Content-Type': 'application/problem+json' })
      answer.end(JSON.stringify({ type: 'urn:ietf:params:acme:error:malformed', detail: message, status }))
    }
  }

  async #told(path: string, { head, payload }: Record<'head' | 'payload', Said>): Promise<[number, unknown, string?]> {
    const [, what, index = '0'] = path.split('/')
    const order = this.orders[Number(index)]
    if (what === 'directory') return [200, this.#directory()]
    if (what === 'nonce') return [200, {}]
    if (what === 'account') return this.#account(head, payload)
    if (what === 'order' && payload.identifiers) return await this.#newOrder(payload, String(head.kid))
    if (what === 'info' && this.window) return [200, { suggestedWindow: this.window }]
    if (!order) throw new Error(`There is nothing at ${path}`)
    if (what === 'authorization') return [200, this.#authorization(order, index)]
    if (what === 'challenge') return await this.#validate(order, index, path.split('/')[3] ?? '')
    if (what === 'finalize') order.pem = await this.#sign(order, payload.csr ?? '')
    if (what === 'certificate') return [200, `${order.pem}\n${this.root.pem}`]
    return [200, this.#shown(order, index), `/order/${index}`]
  }

  #directory() {
    const [newNonce, newAccount, newOrder, renewalInfo] = ['nonce', 'account', 'order', 'info'].map(
      word => `${this.url}/${word}`,
    )
    return { newNonce, newAccount, newOrder, ...(this.window && { renewalInfo }) }
  }

  #account({ jwk = {} }: Said, { externalAccountBinding: bound }: Said): [number, unknown, string] {
    if (this.binding) {
      const { kid, hmacKey } = this.binding
      const signature = createHmac('sha256', Buffer.from(hmacKey, 'base64url'))
        .update(`${bound?.protected}.${bound?.payload}`)
        .digest('base64url')
      if (decoded(bound?.protected).kid !== kid || bound?.signature !== signature)
        throw new Error('the account of the customer is missing')
    }
    this.accounts += 1
    const sorted = JSON.stringify(Object.fromEntries(Object.entries(jwk).sort(([a], [b]) => (a < b ? -1 : 1))))
    this.#thumbprints.set(
      `${this.url}/account/${this.accounts}`,
      createHash('sha256').update(sorted).digest('base64url'),
    )
    return [201, { status: 'valid' }, `/account/${this.accounts}`]
  }

  async #newOrder({ identifiers, replaces, profile }: Said, account: string): Promise<[number, unknown, string]> {
    if (this.refusal !== undefined) throw new Error(this.refusal)
    const token = `token-${this.orders.length}_${account.split('/').at(-1)}`
    const name = identifiers?.[0]?.value ?? ''
    this.orders.push({ name, status: 'pending', token, ...(replaces && { replaces }), ...(profile && { profile }) })
    const index = String(this.orders.length - 1)
    await this.holdBack
    return [201, this.#shown(this.orders[Number(index)] as Order, index), `/order/${index}`]
  }

  #shown({ name, status, pem }: Order, index: string) {
    const urls = { authorizations: [`${this.url}/authorization/${index}`], finalize: `${this.url}/finalize/${index}` }
    const at = pem && { certificate: `${this.url}/certificate/${index}` }
    return { status: pem ? 'valid' : status, identifiers: [{ type: 'dns', value: name }], ...urls, ...at }
  }

  #authorization({ name, status, token }: Order, index: string) {
    const challenges = this.types.map(type => ({ type, status, token, url: `${this.url}/challenge/${index}/${type}` }))
    return { status: status === 'ready' ? 'valid' : status, identifier: { type: 'dns', value: name }, challenges }
  }

  async #validate(order: Order, index: string, type: string): Promise<[number, unknown]> {
    if (order.status === 'pending') {
      const account = `${this.url}/account/${order.token.split('_').at(-1)}`
      const wanted = `${order.token}.${this.#thumbprints.get(account)}`
      const seen = type === 'http-01' ? await this.#overHttp(order) : await this.#overTls(order)
      const expected = type === 'http-01' ? wanted : createHash('sha256').update(wanted).digest('hex')
      order.status = seen === expected ? 'ready' : 'invalid'
      this.validations.push(`${type} ${order.name} ${order.status}`)
      await this.onValidated?.()
    }
    const challenge = this.#authorization(order, index).challenges.find(of => of.type === type)
    const error = { type: 'urn:ietf:params:acme:error:unauthorized', detail: 'that is not what was expected' }
    return [
      200,
      {
        ...challenge,
        status: order.status === 'ready' ? 'valid' : order.status,
        ...(order.status === 'invalid' && { error }),
      },
    ]
  }

  async #overHttp({ name, token }: Order): Promise<string> {
    const path = `/.well-known/acme-challenge/${token}`
    const asked = request({
      host: '127.0.0.1',
      port: this.ports.http,
      path,
      headers: { host: name },
      agent: false,
    }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return await text(answer)
  }

  /** @returns the value of the extension id-pe-acmeIdentifier, in hex */
  async #overTls({ name }: Order): Promise<string> {
    const to = { host: '127.0.0.1', port: this.ports.https, servername: name }
    const socket = connect({ ...to, ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false })
    try {
      await once(socket, 'secureConnect')
      const certificate = new x509.X509Certificate(socket.getPeerCertificate().raw)
      const value = certificate.getExtension('1.3.6.1.5.5.7.1.31')?.value
      return value && socket.alpnProtocol === 'acme-tls/1' ? Buffer.from(value).subarray(2).toString('hex') : ''
    } catch (error) {
      return String(error)
    } finally {
      socket.destroy()
    }
  }

  async #sign(order: Order, csr: string): Promise<string> {
    if (order.status !== 'ready') throw new Error('The order is not ready')
    const asked = new x509.Pkcs10CertificateRequest(Buffer.from(csr, 'base64url'))
    const now = Date.now()
    return await this.root.sign(asked.publicKey, {
      names: [order.name],
      beginsAtMs: now - 60_000,
      endsAtMs: now + this.lifeMs,
    })
  }
}

function decoded(part: string | undefined): Said {
  return part ? JSON.parse(Buffer.from(part, 'base64url').toString()) : {}
}

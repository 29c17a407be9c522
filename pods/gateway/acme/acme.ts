// Certificates of a certificate authority, by ACME (RFC 8555), for the names of routes: ordered one after the other by one run of one
// gateway, and used by all that have the same store.
import type { Server } from 'node:tls'
import { type Certificate, isFor, readCertificate } from '../certificates/certificate.ts'
import type { Hello } from '../certificates/hello.ts'
import type { Fault } from '../certificates/shelf.ts'
import { certificateId, renewalWindow } from './ari.ts'
import { Challenges } from './challenges.ts'
import { order } from './order.ts'
import { hasAddress, reach } from './reachable.ts'
import { backoffMs, isOrderable, renewAtMs } from './renewal.ts'
import { retryAfterMs } from './retry-after.ts'
import type { CertificateStore, Plan, Stored } from './store.ts'

/** How often to look for what is due, and for what the run that orders has brought. */
const lookMs = 30_000
/** How often to ask the authority when it would like to see a certificate again. */
const windowMs = 6 * 60 * 60 * 1000
/** An authority may like to be asked more or less often: within these bounds. */
const leastWindowMs = 60_000
const mostWindowMs = 24 * 60 * 60 * 1000
/** An order that is under way is nobody else's for so long. */
const claimMs = 10 * 60_000

/** `binding`: by what an authority knows the account of a customer (RFC 8555, 7.3.4). */
export type AcmeSettings = {
  email: string
  directoryUrl: string
  profile: string | undefined
  binding?: { kid: string; hmacKey: string } | undefined
}

/**
 * `orders`: whether it is this run of its gateway that orders now. `lease`: the right to order, which one gateway has at a time; undefined:
 * another one has it. `resolves`: whether a name has an address. `pollMs`: how long to wait
 * between two questions about an order.
 */
export type AcmeOptions = AcmeSettings & {
  store: CertificateStore
  orders: () => boolean
  lease: () => Promise<{ release(): Promise<void> } | undefined>
  resolves?: (name: string) => Promise<boolean>
  hasHttp: boolean
  hasTls: boolean
  pollMs?: number
  lookMs?: number
}

export type AcmeEvents = {
  /** Whether there is another certificate for a name, so that none is ordered. */
  isCovered(name: string): boolean
  changed(certificates: readonly Certificate[], faults: readonly Fault[]): void
  log(text: string): void
}

export class Acme {
  #options: AcmeOptions
  #events: AcmeEvents
  #store: CertificateStore
  #challenges: Challenges
  #names: readonly string[] = []
  #certificates = new Map<string, Certificate>()
  /** What was ordered and could not be saved yet, by name. */
  #unsaved = new Map<string, Stored>()
  #faults = new Map<string, string>()
  #ending = new AbortController()
  #timers: NodeJS.Timeout[] = []
  #looking: Promise<void> | undefined
  #logged = ''
  #shown = ''
  /** What the last refusal has said. */
  #heldMs: number | undefined
  #unlisten: (() => void) | undefined

  constructor(options: AcmeOptions, events: AcmeEvents) {
    this.#options = options
    this.#events = events
    this.#store = options.store
    this.#challenges = new Challenges(options.store)
  }

  /** Reads what is stored, and goes on to see to what is due. */
  async open(): Promise<void> {
    await this.#store.open()
    await this.#takeUp()
    const every = (ms: number, work: () => Promise<void>) => this.#timers.push(setInterval(work, ms).unref())
    every(this.#options.lookMs ?? lookMs, async () => await this.look())
    const { takeUpMs } = this.#store
    if (takeUpMs !== undefined) every(takeUpMs, async () => void ((await this.#takeUp()) && (await this.look())))
    void this.look()
  }

  close(): void {
    this.#ending.abort()
    for (const timer of this.#timers) clearInterval(timer)
    this.#unlisten?.()
  }

  /** @param hosts of all routes */
  routed(hosts: readonly string[]): void {
    this.#names = hosts.filter(isOrderable)
    if (this.#timers.length > 0) void this.look()
  }

  /** Orders what is due, one after the other. It is called from many places that wait for nothing: what goes wrong is logged. */
  async look(): Promise<void> {
    this.#looking ??= this.#lookOnce()
      .then(() => this.#log(''))
      .catch(error => this.#log(`the certificates were not looked after: ${(error as Error).message}`))
      .finally(() => {
        this.#looking = undefined
      })
    await this.#looking
  }

  /** The answer to a challenge over HTTP. */
  answer(path: string): Promise<string | undefined> | undefined {
    return this.#challenges.answer(path)
  }

  /** The server for a certificate authority that looks whether a name is ours, over TLS. */
  challenge(hello: Hello): Promise<Server | undefined> | undefined {
    return this.#challenges.server(hello)
  }

  /** What is wrong for long is said once. */
  #log(text: string): void {
    if (text !== '' && text !== this.#logged) this.#events.log(text)
    this.#logged = text
  }

  async #lookOnce(): Promise<void> {
    await this.#saveUnsaved()
    await this.#reread()
    await this.#orderAll()
  }

  async #orderAll(): Promise<void> {
    for (const name of this.#names) {
      if (this.#ending.signal.aborted || !this.#options.orders() || Date.now() < (await this.#store.holdUntilMs()))
        return
      // The routes may be others by now.
      if (this.#names.includes(name) && !this.#events.isCovered(name))
        await this.#see(name).catch(error => this.#failed(name, error))
    }
  }

  async #see(name: string): Promise<void> {
    const { nextAtMs, windowAtMs = 0 } = await this.#store.plan(name)
    const askAtMs = this.#certificates.has(name) ? windowAtMs : nextAtMs
    if (Date.now() < Math.min(nextAtMs, askAtMs)) return
    const lease = await this.#options.lease()
    // Another gateway orders: what comes of it is taken up.
    if (!lease) return
    try {
      await this.#seeAlone(name)
    } finally {
      await lease.release()
    }
  }

  async #seeAlone(name: string): Promise<void> {
    // The plan is that of the certificate that is there now.
    await this.#takeUp()
    const plan = await this.#store.plan(name)
    const now = Date.now()
    const certificate = this.#certificates.get(name)
    if (certificate && now >= (plan.windowAtMs ?? 0)) {
      const { directoryUrl } = this.#options
      const { window, askAgainMs = windowMs } = await renewalWindow(directoryUrl, certificate.pem, this.#ending.signal)
      // A plan that a failure has put off stays so; one whose time was chosen keeps it, unless the window has moved.
      const isChosen = plan.failures > 0 || (plan.nextAtMs > 0 && (!window || plan.nextAtMs <= window.endMs))
      const nextAtMs = isChosen ? plan.nextAtMs : renewAtMs(certificate, { window, random: Math.random() })
      Object.assign(plan, { nextAtMs, windowAtMs: now + Math.min(Math.max(askAgainMs, leastWindowMs), mostWindowMs) })
      await this.#store.savePlan(name, plan)
    }
    if (now < plan.nextAtMs) return
    const { resolves = hasAddress } = this.#options
    // The authority would count it as a failure.
    if (await resolves(name)) return await this.#orderOnce(name)
    const problem = 'it has no address in the DNS'
    if (plan.problem !== problem) await this.#store.savePlan(name, { ...plan, problem })
    this.#failed(name, { message: problem })
  }

  /** Another run may have led until now: what it has ordered since this one looked, or orders now, is left to it. */
  async #orderOnce(name: string): Promise<void> {
    const before = this.#certificates.get(name)
    await this.#reread()
    const plan = await this.#store.plan(name)
    if (this.#certificates.get(name) === before && Date.now() >= plan.nextAtMs) await this.#order(name, plan)
  }

  async #order(name: string, plan: Plan): Promise<void> {
    // A crash, or another run, must not order the same again at once.
    await this.#store.savePlan(name, { ...plan, nextAtMs: Date.now() + claimMs })
    const before = this.#certificates.get(name)
    const { profile, hasHttp, hasTls } = this.#options
    try {
      await reach(this.#options.directoryUrl, this.#ending.signal)
      const acme = await import('acme-client')
      const client = await this.#client(acme)
      const replaces = before && certificateId(before.pem)
      const stored = await order({ name, profile, replaces }, { acme, client, store: this.#store, hasHttp, hasTls })
      this.#unsaved.set(name, stored)
      await this.#saveUnsaved()
      this.#faults.delete(name)
      this.#events.log(`${name}: there is a new certificate`)
      await this.#reread()
    } catch (error) {
      const failures = plan.failures + 1
      const asked = this.#heldMs
      this.#heldMs = undefined
      // It is about the account, and so about all names.
      if (asked !== undefined) await this.#store.hold(Date.now() + asked)
      const { message, code } = error as Error & { code?: string }
      const problem = message || code || 'no reason was given'
      await this.#store.savePlan(name, {
        ...plan,
        failures,
        nextAtMs: Date.now() + Math.max(backoffMs(failures), asked ?? 0),
        problem,
      })
      this.#failed(name, { message: problem })
    }
  }

  /** What was ordered while the disk was full is not ordered again: an authority counts. @throws while it cannot be saved */
  async #saveUnsaved(): Promise<void> {
    for (const [name, stored] of this.#unsaved) {
      await this.#store.saveCertificate(name, stored)
      await this.#takeUp()
      await this.#store.savePlan(name, { nextAtMs: 0, failures: 0 })
      this.#unsaved.delete(name)
    }
  }

  async #client(acme: typeof import('acme-client')) {
    const { directoryUrl, email, binding, pollMs = 2000 } = this.#options
    this.#listen(acme)
    const account = (await this.#store.account()) ?? { key: (await acme.crypto.createPrivateEcdsaKey()).toString() }
    // A failure is met by waiting for long, and not by asking again at once.
    Object.assign(acme.axios.defaults, { acmeSettings: { retryMaxAttempts: 0, retryDefaultDelay: 1 } })
    const backoff = { backoffAttempts: 30, backoffMin: pollMs, backoffMax: 5 * pollMs }
    const client = new acme.Client({
      directoryUrl,
      accountKey: account.key,
      ...(account.url !== undefined && { accountUrl: account.url }),
      ...(binding && { externalAccountBinding: binding }),
      ...backoff,
    })
    if (account.url === undefined) {
      await this.#store.saveAccount(account)
      await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${email}`] })
      await this.#store.saveAccount({ ...account, url: client.getAccountUrl() })
    }
    return client
  }

  /** Hears how long the authority would like to be left alone. */
  #listen(acme: typeof import('acme-client')): void {
    if (this.#unlisten) return
    const { response } = acme.axios.interceptors
    const id = response.use(answer => {
      if (answer.status >= 400) this.#heldMs = retryAfterMs(answer.headers['retry-after'], Date.now())
      return answer
    })
    this.#unlisten = () => response.eject(id)
  }

  #failed(name: string, { message }: { message: string }): void {
    this.#faults.set(name, `it could not be ordered: ${message}`)
    this.#show()
  }

  /** Takes what is stored now, by whichever run. @returns whether there is another certificate */
  async #takeUp(): Promise<boolean> {
    const stored = await this.#store.certificates().catch(() => undefined)
    // The folder is away: what there was goes on.
    if (!stored) return false
    let isChanged = false
    for (const [name, { pem, key }] of stored) {
      if (this.#certificates.get(name)?.pem === pem) continue
      const read = readCertificate(`acme:${name}`, { pem, key })
      if (typeof read !== 'object' || !isFor(read, name)) continue
      this.#certificates.set(name, read)
      isChanged = true
    }
    this.#show()
    return isChanged
  }

  async #reread(): Promise<void> {
    await this.#takeUp()
    for (const name of this.#names) {
      const { problem } = await this.#store.plan(name)
      if (problem === undefined) this.#faults.delete(name)
      else this.#faults.set(name, `it could not be ordered: ${problem}`)
    }
    this.#show()
  }

  /** A certificate whose route is gone is not used, and not renewed; it is there if the route comes back. */
  #show(): void {
    const certificates = [...this.#certificates].filter(([name]) => this.#names.includes(name)).map(([, of]) => of)
    const faults = [...this.#faults]
      .filter(([name]) => this.#names.includes(name) && !this.#events.isCovered(name))
      .map(([name, text]) => ({ label: `acme:${name}`, text }))
    const shown = JSON.stringify([certificates.map(({ pem }) => pem), faults])
    if (shown === this.#shown) return
    this.#shown = shown
    this.#events.changed(certificates, faults)
  }
}

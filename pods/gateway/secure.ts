// All of the gateway that is about TLS: its certificates, whoever brings them, the door that uses them, and what is said of them.
import { join } from 'node:path'
import type { P8a } from 'p8a'
import { Acme, type AcmeSettings } from './acme/acme.ts'
import { FileStore } from './acme/file-store.ts'
import { RedisStore } from './acme/redis-store.ts'
import type { Hello } from './certificates/hello.ts'
import { OwnFiles } from './certificates/own-files.ts'
import { type Fault, faultsOf, Shelf } from './certificates/shelf.ts'
import { TicketKeys } from './certificates/ticket-keys.ts'
import { FileTickets, RedisTickets, type TicketStore } from './certificates/ticket-store.ts'
import { certificatesText, type ToldCertificates, toldCertificates } from './certificates/told.ts'
import type { Gateway } from './gateway.ts'
import { HttpsDoor } from './https-door.ts'
import type { OpenRegistry } from './registry/settings.ts'
import type { Routes } from './routes.ts'
import type { Settings } from './settings.ts'
import type { ToHttps } from './to-https.ts'

/** How often to look whether a certificate has ended meanwhile. */
const lookMs = 60 * 60 * 1000

/** What names are ordered under: no pod is called so. */
const leaseName = 'acme:orders'

/**
 * What it needs of its pod: the folder that all runs of the gateway share, the log, whether it is this run that orders, and what it knows
 * together with other gateways.
 */
type Around = Pick<P8a, 'storage' | 'log'> & { orders: () => boolean; shared: OpenRegistry }

export class Secure {
  readonly shelf = new Shelf()
  #settings: Settings
  #around: Around
  #hosts: readonly string[] = []
  #files: OwnFiles | undefined
  #tickets: TicketKeys | undefined
  #acme: Acme | undefined
  #door: HttpsDoor | undefined
  #timer: NodeJS.Timeout | undefined
  #told = new Set<string>()
  #show: (text: string) => void = () => {}

  constructor(settings: Settings, around: Around) {
    this.#settings = settings
    this.#around = around
  }

  /** Which requests without TLS are sent away, if there is a port for those with it. */
  redirect(port: string | undefined): ToHttps | undefined {
    if (port === undefined || !this.#settings.redirect) return undefined
    return { port: Number(port), covers: name => this.shelf.covers(name) }
  }

  /** Reads what there is. Resolves with the door, which does not listen yet. */
  async open(gateway: Gateway, { hasHttp }: { hasHttp: boolean }): Promise<HttpsDoor> {
    const challenge = (hello: Hello) => this.#acme?.challenge(hello)
    const door = new HttpsDoor(gateway, this.#settings, { shelf: this.shelf, challenge })
    this.#door = door
    this.#tickets = new TicketKeys(this.#ticketStore(), tickets => door.useTickets(tickets))
    await this.#tickets.open()
    const { certs } = this.#settings
    if (certs !== undefined) {
      this.#files = new OwnFiles(certs, found => {
        this.shelf.put('files', found.certificates, found.faults)
        this.#changed()
      })
      await this.#files.open()
    }
    if (this.#settings.acme) await this.#openAcme(this.#settings.acme, hasHttp)
    this.#timer = setInterval(() => this.#changed(), lookMs).unref()
    return door
  }

  /** What a certificate authority is answered at a path. */
  challenge(path: string): Promise<string | undefined> | undefined {
    return this.#acme?.answer(path)
  }

  /** To be called when there are other routes. */
  routed({ all }: Pick<Routes, 'all'>): void {
    const { domain } = this.#settings
    const hosts = [...new Set(all.map(({ host }) => host)), ...(domain === undefined ? [] : [`*.${domain}`])]
    if (hosts.join() === this.#hosts.join()) return
    this.#hosts = hosts
    this.#acme?.routed(hosts)
    this.#changed()
  }

  /** To be called when another run may order. */
  looked(): void {
    void this.#acme?.look()
  }

  /** @param show is called with the part of the status that is about certificates, now and whenever there is another one */
  onChange(show: (text: string) => void): void {
    this.#show = show
    show(this.#text)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#files?.close()
    this.#acme?.close()
    this.#tickets?.close()
    this.#show = () => {}
  }

  get #text(): string {
    return this.#door ? `, ${certificatesText(this.shelf.all, this.faults)}` : ''
  }

  /** What is wrong with a certificate, or may be. */
  get faults(): Fault[] {
    const { defaultCertificate } = this.#settings
    const isMissing = defaultCertificate !== undefined && !this.shelf.named(defaultCertificate)
    const missing = isMissing
      ? [{ label: defaultCertificate, text: 'there is no such certificate for the default' }]
      : []
    return [...this.shelf.faults, ...faultsOf(this.shelf.all, this.#hosts, Date.now()), ...missing]
  }

  /** All certificates as people are told of them; undefined where there is no TLS. */
  told(): ToldCertificates | undefined {
    return this.#door && toldCertificates(this.shelf.all, this.faults, Date.now())
  }

  #ticketStore(): TicketStore {
    const { storage, shared } = this.#around
    const file = new FileTickets(join(storage, 'ticket-key'))
    return shared.redis && this.#settings.ticketShare ? new RedisTickets({ ...shared.redis, copy: file }) : file
  }

  async #openAcme(settings: AcmeSettings, hasHttp: boolean): Promise<void> {
    const { storage, orders, log, shared } = this.#around
    const { directoryUrl } = settings
    const files = new FileStore(storage, directoryUrl)
    const { redis } = shared
    const store = redis && this.#settings.acmeShare ? new RedisStore({ ...redis, directoryUrl, copy: files }) : files
    const lease = async () => await shared.registry.lease(leaseName, 0)
    const acme = new Acme(
      { ...settings, store, orders, lease, hasHttp, hasTls: true },
      {
        isCovered: name => this.#files?.covers(name) ?? false,
        changed: (certificates, faults) => {
          this.shelf.put('acme', certificates, faults)
          this.#changed()
        },
        log: text => log('certificates', text),
      },
    )
    this.#acme = acme
    acme.routed(this.#hosts)
    await acme.open()
  }

  #changed(): void {
    if (!this.#door) return
    this.#door.changed()
    const faults = this.faults
    const texts = new Set(faults.map(({ label, text }) => `${label}: ${text}`))
    for (const fault of faults) if (!this.#told.has(`${fault.label}: ${fault.text}`)) this.#log(fault)
    this.#told = texts
    this.#show(this.#text)
  }

  #log({ label, text }: Fault): void {
    this.#around.log('certificates', `${label}: ${text}`)
  }
}

// This host's part of the fleet: brings the pods that are assigned to it to what is wanted of them, step by step, and tells how they are.
// What follows from what is decided in decide/apply.ts.
import type { P8a, PodConfigInput, PodStatus } from 'p8a'
import { type Local, nextStep, type Step } from '../decide/apply.ts'
import { countAt } from '../decide/queue-host.ts'
import type { Images } from '../image/images.ts'
import type { Engine } from '../port/ports.ts'
import type { PodImage, PodRecord, Report } from '../records.ts'
import { changePod } from './change.ts'
import { fleetLabel, type Here, isDown, isLive, isWorker, reportOf, turnOf } from './here.ts'
import type { Tables } from './tables.ts'

/** How long calls that are under way may take when a pod goes elsewhere, or is begun anew. */
const drainMs = 10_000

/** The longest wait before an exclusive pod is begun again, and after how long its failures are forgotten. */
const mostTryMs = 30_000
const forgetMs = 10_000

/** How many steps a pod may need in a row before others are looked at again. */
const mostSteps = 12

export type PartOptions = {
  p8a: Pick<P8a, 'verbs' | 'log'>
  /** The path of the namespace in which the pods are. */
  path: string
  host: string
  engine: Engine
  images: Images
  here: Here
  tables: Tables
  /** Whether what the engine tells is to be followed. */
  mayAct: () => boolean
  /** `host/session`, while this host may hold what is exclusive. */
  holder: () => string | undefined
  /** By which what is exclusive lives: it ends by itself once this host has not been heard for that long. */
  lease: NonNullable<PodConfigInput['lease']>
}

export class Part {
  #options: PartOptions
  /** One thing at a time is done for each pod; whatever was asked meanwhile is done after it. */
  #busy = new Map<string, Promise<void>>()
  #again = new Set<string>()
  #failed = new Map<string, string>()
  /** Reloads that are under way, and those that failed, by the turn that they are of. */
  #reloading = new Set<string>()
  /** How often in a row an exclusive pod was begun again, and when it may be next. */
  #tries = new Map<string, { tries: number; nextMs: number }>()
  #failedTurns = new Map<string, { turn: number; text: string }>()

  constructor(options: PartOptions) {
    this.#options = options
  }

  /** Looks at all pods that are here, and at all that are to be. */
  look(): void {
    const { here, host, tables } = this.#options
    if (!here.isTold) return
    const wanted = [...tables.pods.values()].filter(
      ({ record }) => this.#countOf(record) > 0 || holdsHere(record, host),
    )
    const names = new Set([...here.allTold(), ...wanted.map(({ record }) => record)].map(({ name }) => name))
    for (const name of names) this.bring(name)
  }

  /** Brings one pod to what is wanted. The root is asked nothing where all is well by what it has told. */
  bring(name: string): void {
    if (!this.#options.mayAct() || (!this.#busy.has(name) && this.#isWell(name))) return
    if (this.#busy.has(name)) {
      this.#again.add(name)
      return
    }
    const work = this.#bring(name)
      .then(() => void this.#failed.delete(name))
      .catch(error => {
        const { message, hint } = error as Error & { hint?: unknown }
        const text = typeof hint === 'string' ? `${message} (${hint})` : message
        if (this.#failed.get(name) !== text) this.#options.p8a.log('fleet', `pod ${name}: ${text}`)
        this.#failed.set(name, text)
      })
      .finally(() => {
        this.#busy.delete(name)
        if (this.#again.delete(name)) this.bring(name)
      })
    this.#busy.set(name, work)
  }

  /** Ends all that is exclusive here, at once. @returns once nothing of it lives */
  async endExclusive(): Promise<void> {
    const exclusive = (await this.#options.here.allNow()).filter(status => this.#isExclusive(status) && isLive(status))
    await Promise.all(exclusive.map(({ name }) => this.#end(name)))
  }

  /** Whether anything that is exclusive is here, or may be. */
  hasExclusive(): boolean {
    const { here } = this.#options
    return !here.isTold || here.allTold().some(status => this.#isExclusive(status) && isLive(status))
  }

  /** What this host tells of the pods that it has. */
  async reports(isNow: boolean): Promise<Record<string, Report>> {
    const { here } = this.#options
    const all = here.isTold && !isNow ? here.allTold() : await here.allNow()
    const reports = Object.fromEntries(all.filter(isLive).map(status => [status.name, this.#report(status)]))
    for (const [name, text] of this.#failed) {
      const record = this.#options.tables.pods.get(name)?.record
      if (!record || this.#countOf(record) === 0) continue
      const live = reports[name]
      // What was up before is still up.
      if (live) reports[name] = { ...live, turn: record.turn, failed: text }
      else reports[name] = { status: 'error', text, turn: 0, up: 0, version: 0, restarts: 0, failed: text, runs: [] }
    }
    return reports
  }

  /** By the config that it runs with, also where the engine knows it no more. */
  #isExclusive({ name, config }: PodStatus): boolean {
    return config.exclusive === true || this.#options.tables.pods.get(name)?.record.isExclusive === true
  }

  /** What is told may be a moment old; then what has changed is told soon, and it is looked at again. */
  #isWell(name: string): boolean {
    const { tables, host, here, holder } = this.#options
    if (!here.isTold) return false
    const record = tables.pods.get(name)?.record
    const count = this.#countOf(record)
    const status = here.told(name)
    if (record?.isExclusive && count === 0 && holdsHere(record, host)) return false
    if (record?.isExclusive && count > 0 && (record.holder !== holder() || !status || isDown(status))) return false
    return nextStep(record, { local: this.#localOf(status, record), isHere: true, count }) === undefined
  }

  #countOf(record: PodRecord | undefined): number {
    const { host, tables } = this.#options
    return record ? countAt(record, host, tables.duties.get(host)) : 0
  }

  #localOf(status: PodStatus | undefined, record: PodRecord | undefined): Local {
    if (!status) return undefined
    const failed = this.#failedTurns.get(status.name)
    const [turn = 0] = failed && failed.turn === record?.turn ? [failed.turn] : turnOf(status)
    return { want: status.want, scale: status.scale, turn, isWorker: isWorker(status) }
  }

  async #bring(name: string): Promise<void> {
    for (let steps = 0; steps < mostSteps; steps++) {
      const { tables, here } = this.#options
      if (!this.#options.mayAct() || tables.unreadable.has(`pod.${name}`)) return
      const record = tables.pods.get(name)?.record
      const count = this.#countOf(record)
      const status = await here.now(name)
      if (record?.isExclusive && count > 0 && !(await this.#holds(record))) {
        if (status && isLive(status)) await this.#end(name)
        return
      }
      const image = record?.images.find(({ version }) => version === record.version)
      const local = this.#localOf(status, record)
      if (status && local && record?.isExclusive && count > 0 && isDown(status)) {
        if (!this.#mayTry(name)) return
        local.want = 'idle'
      }
      if (nextStep(record, { local, isHere: true, count }) === undefined)
        return await this.#letGo(record, count, status)
      const version = count > 0 && image ? await this.#versionOf(name, image) : undefined
      const step = nextStep(record, { local, isHere: version !== undefined, count })
      if (step === undefined) return
      await this.#do(step, { name, record, image, version, count })
    }
  }

  async #do(
    step: Step,
    of: {
      name: string
      record: PodRecord | undefined
      image: PodImage | undefined
      version: number | undefined
      count: number
    },
  ): Promise<void> {
    const { p8a, path, images } = this.#options
    const { name, record, image, version, count } = of
    const at = { path, wait: false }
    if (step === 'remove') return void (await p8a.verbs.remove(name, { path, force: true }))
    if (step === 'stop') return void (await p8a.verbs.stop(name, { path, drainMs }))
    if (!record) return
    if (step === 'fetch') {
      if (!image) throw new Error(`There is no version ${record.version}`)
      return await images.take(image.blob, { verbs: p8a.verbs, path, name })
    }
    if (step === 'scale') return void (await p8a.verbs.scale(name, count, at))
    const labels = { ...(record.config.labels as object | undefined), [fleetLabel]: `${record.turn}/${record.version}` }
    // The root would begin it again by itself, also as this host comes back: then another one may have it.
    const own = record.isExclusive ? { restart: 'never' as const, lease: this.#options.lease } : {}
    const config = { ...record.config, labels, scale: count, ...own }
    const given = { ...at, params: record.params, config, ...(version !== undefined && { version }) }
    if (step === 'reload') return await this.#reload(record, { ...given, wait: true })
    if (step === 'restart') {
      await p8a.verbs.stop(name, { path, drainMs })
      // That has taken a while: it may be wanted otherwise by now, and another host may have what is exclusive.
      const now = this.#options.tables.pods.get(name)?.record
      if (now?.turn !== record.turn || this.#countOf(now) !== count) return
      if (record.isExclusive && !(await this.#holds(record))) return
    }
    await p8a.verbs.start(name, given)
  }

  async #reload({ name, turn }: PodRecord, given: Parameters<P8a['verbs']['reload']>[1]): Promise<void> {
    this.#reloading.add(name)
    try {
      await this.#options.p8a.verbs.reload(name, given)
    } catch (error) {
      // What was up before is still up: it is not tried again before another turn.
      this.#failedTurns.set(name, { turn, text: (error as Error).message })
    } finally {
      this.#reloading.delete(name)
    }
  }

  #report(status: PodStatus): Report {
    const report = reportOf(status)
    if (this.#reloading.has(status.name)) return { ...report, turn: 0 }
    const failed = this.#failedTurns.get(status.name)
    return failed?.turn === this.#options.tables.pods.get(status.name)?.record.turn && failed
      ? { ...report, turn: failed.turn, failed: failed.text }
      : report
  }

  /** Whether an exclusive pod that has ended is to be begun again now: at once, then ever later. */
  #mayTry(name: string): boolean {
    const nowMs = performance.now()
    const { tries, nextMs } = this.#tries.get(name) ?? { tries: 0, nextMs: 0 }
    if (nowMs < nextMs) return false
    const isLongAgo = nowMs > nextMs + forgetMs
    const count = isLongAgo ? 1 : tries + 1
    this.#tries.set(name, { tries: count, nextMs: nowMs + Math.min(mostTryMs, 250 * 2 ** count) })
    return true
  }

  async #versionOf(name: string, { hash, blob }: PodImage): Promise<number | undefined> {
    const { p8a, path, images } = this.#options
    const here = (await images.here(blob)) ?? hash
    const versions = await p8a.verbs.versions(name, { path }).catch(error => {
      if ((error as { code?: string }).code === 'pod_not_found') return []
      throw error
    })
    return versions.findLast(version => version.hash === here)?.version
  }

  /** Makes sure that the record names this host as the holder, before a run is begun. */
  async #holds(record: PodRecord): Promise<boolean> {
    const { holder, host, engine } = this.#options
    const own = holder()
    if (own === undefined) return false
    if (record.holder === own) return true
    if (record.holder !== '' && !holdsHere(record, host)) return false
    const claimed = await changePod(engine, record.name, now => {
      const isOurs = now && (now.holder === '' || holdsHere(now, host))
      return isOurs && now.assigned[host] !== undefined ? { ...now, holder: own } : now
    })
    return claimed?.holder === own && holder() === own
  }

  /** Its run has ended here, and another host may have it. */
  async #letGo(record: PodRecord | undefined, count: number, status: PodStatus | undefined): Promise<void> {
    const { host, engine } = this.#options
    if (!record?.isExclusive || count > 0 || !holdsHere(record, host)) return
    if (status && status.runs.length > 0) return
    await changePod(engine, record.name, now =>
      now && holdsHere(now, host) && now.assigned[host] === undefined ? { ...now, holder: '' } : now,
    )
  }

  async #end(name: string): Promise<void> {
    const { p8a, path } = this.#options
    await p8a.verbs.stop(name, { path, kill: true })
  }
}

const holdsHere = ({ holder }: PodRecord, host: string): boolean => holder.split('/')[0] === host

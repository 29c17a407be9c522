// A host leaves to the one that takes its place: it lets go of everything, and waits until that one has proved itself. If that does
// not, this version begins again, in a process of its own. The sockets are open all the time.
import { deadline } from '../../protocol/deadline.ts'
import type { FromHeir, Roll } from '../../protocol/heir.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { HeirProcess } from '../system/heir-process.ts'
import type { HostLog } from '../system/host-log.ts'
import type { Listeners } from '../system/listeners.ts'
import type { ExitOutcome } from '../system/process.ts'
import { seal } from '../system/seal.ts'
import { endText } from './end-text.ts'
import type { Prepared } from './leave.ts'
import type { Teardown } from './teardown.ts'

/** How long one that was killed may take to be gone. */
const goneMs = 1000

export type HandOverOptions = {
  listeners: Listeners
  teardown: Teardown
  log: HostLog
  settings: Pick<Settings, 'upgradeTimeout' | 'upgradePatience'>
  /** What this host has. */
  roll: Roll
  /** Whether the files of a pod are there: one that was just being removed is missed by nobody. */
  isThere: (pod: string) => boolean
}

/** @returns the host that is there now; undefined if neither could be one */
export async function handOver(
  { heir, fallback, info }: Prepared,
  { listeners, teardown, log, settings, roll, isThere }: HandOverOptions,
): Promise<HeirProcess | undefined> {
  const signaled = rememberSignals()
  listeners.keep()
  await teardown.disposeAsync()
  seal()
  listeners.cut()
  const proof = new Proof(heir, { settings, roll, isThere })
  heir.tell({ say: 'go', linked: roll.linked })
  const why = await proof.failure()
  if (why === undefined) {
    fallback.kill()
    return settled(heir, signaled())
  }
  log.error('host', `the host ${info.to} did not prove itself, and this version comes back: ${why}`, info)
  heir.kill()
  await within(goneMs, heir.ended)
  const again = new Proof(fallback, {
    settings: { ...settings, upgradePatience: settings.upgradeTimeout },
    roll,
    isThere,
  })
  fallback.begin()
  fallback.tell({ say: 'go', linked: roll.linked, failure: { why } })
  const whyNot = await again.failure()
  if (whyNot === undefined) return settled(fallback, signaled())
  log.error('host', `this version did not come back: ${whyNot}`)
  fallback.kill()
  return undefined
}

/** Resolves once a host that took the place of this one ends. What this process is told to do, that one does. */
export async function waitFor(host: HeirProcess): Promise<ExitOutcome> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => host.signal(signal))
  return await host.ended
}

function settled(host: HeirProcess, signal: 'SIGTERM' | 'SIGINT' | undefined): HeirProcess {
  host.tell({ say: 'over' })
  if (signal !== undefined) host.signal(signal)
  return host
}

/** A signal that comes in between is meant for the host, whichever that will be. */
function rememberSignals(): () => 'SIGTERM' | 'SIGINT' | undefined {
  let last: 'SIGTERM' | 'SIGINT' | undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      last = signal
    })
  return () => last
}

/** Hears what the next host says, until it has proved itself or cannot. */
class Proof {
  #heir: HeirProcess
  #settings: HandOverOptions['settings']
  #failure = Promise.withResolvers<string | undefined>()
  #roll: Roll
  #isThere: HandOverOptions['isThere']
  #silence: NodeJS.Timeout | undefined

  constructor(heir: HeirProcess, { settings, roll, isThere }: Pick<HandOverOptions, 'settings' | 'roll' | 'isThere'>) {
    this.#heir = heir
    this.#settings = settings
    this.#roll = roll
    this.#isThere = isThere
    heir.listen(said => this.#hear(said))
    this.#awaitWord()
  }

  /** Why it is not the host; undefined if it is. */
  async failure(): Promise<string | undefined> {
    const { upgradeTimeout } = this.#settings
    void this.#heir.ended.then(end => this.#failure.resolve(endText(end)))
    const late = deadline(
      () => this.#failure.resolve(`it was not up within ${upgradeTimeout} ms (upgradeTimeout)`),
      upgradeTimeout,
    )
    return await this.#failure.promise.finally(() => {
      clearTimeout(late)
      clearTimeout(this.#silence)
    })
  }

  #hear(said: FromHeir): void {
    this.#awaitWord()
    if (said.say === 'failed') this.#failure.resolve(said.why)
    if (said.say === 'proved') this.#failure.resolve(missingOf(this.#roll, said.roll, this.#isThere))
  }

  #awaitWord(): void {
    const { upgradePatience } = this.#settings
    clearTimeout(this.#silence)
    this.#silence = deadline(
      () => this.#failure.resolve(`it hung for ${upgradePatience} ms (upgradePatience)`),
      upgradePatience,
    )
  }
}

/** What the next host does not have of what this one had. Runs may have ended, and pods been removed, meanwhile. */
export function missingOf(
  before: Roll,
  after: Roll,
  isThere: HandOverOptions['isThere'] = () => true,
): string | undefined {
  const pod = before.pods.find(name => !after.pods.includes(name) && isThere(name))
  if (pod !== undefined) return `it does not know the pod ${pod}`
  if (before.runs.length > 0 && after.runs.length === 0) return `it knows none of the ${before.runs.length} runs`
  if (before.linked > 0 && after.linked === 0) return `none of the ${before.linked} runs has found it`
  return undefined
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const late = deadline(resolve, ms)
  await Promise.race([work, promise]).finally(() => clearTimeout(late))
}

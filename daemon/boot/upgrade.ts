// An upgrade until the host leaves: which program is to take its place is looked at, begun, and waited for. Until it has booted,
// nothing of this host is touched.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { deadline, monotonicMs } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { UpgradeInfo } from '../../protocol/words-host.ts'
import { beginHeir, type HeirProcess } from '../system/heir-process.ts'
import type { Listeners } from '../system/listeners.ts'
import { endText } from './end-text.ts'
import { checkNotOlder, readInstallation } from './installation.ts'
import type { Leave } from './leave.ts'
import type { UpgradeRecord } from './upgrade-record.ts'

/** How often to look whether a reload is over. */
const lookMs = 50

type UpgradeOptions = {
  version: string
  /** The arguments of this process, its program first. */
  args: readonly string[]
  listeners: Listeners
  leave: Leave
  record: UpgradeRecord
  settings: Pick<Settings, 'upgradeTimeout'>
  /** The pods that are being reloaded. */
  reloading: () => string[]
}

export class Upgrade {
  #options: UpgradeOptions
  #isUnderWay = false

  constructor(options: UpgradeOptions) {
    this.#options = options
  }

  get last(): UpgradeInfo | undefined {
    return this.#options.record.last
  }

  /**
   * Resolves once the next host has booted, and this one is about to leave.
   * @param to.folder an installation of p8a @param to.node what runs it. Default: what runs this one
   * @throws {P8aError} `host_busy`, `file_not_found`, `upgrade_failed`; then this host goes on as if nothing had been asked
   */
  async begin(to: { folder: string; node?: string | undefined }): Promise<UpgradeInfo> {
    if (this.#isUnderWay) throw new P8aError('host_busy', 'Cannot upgrade the host: another upgrade is under way')
    this.#isUnderWay = true
    try {
      return await this.#begin(to)
    } catch (error) {
      this.#isUnderWay = false
      throw error
    }
  }

  async #begin({ node, ...asked }: { folder: string; node?: string | undefined }): Promise<UpgradeInfo> {
    const { version: from, args, listeners, leave, record } = this.#options
    const { folder, version: to, program } = await readInstallation(asked.folder)
    checkNotOlder({ from, to })
    await this.#reloadsOver()
    const flags = [...process.execArgv]
    const command = [node ?? process.execPath, ...flags, program, ...args.slice(1)] as const
    const own = [process.execPath, ...flags, ...args] as [string, ...string[]]
    const { heir, fallback } = await beginBoth({ command, own, listeners }).catch(cause => {
      throw failed(to, `it could not be begun: ${(cause as Error).message}`)
    })
    try {
      await this.#booted(heir, to)
      const info: UpgradeInfo = {
        id: randomUUID(),
        from,
        to,
        folder,
        at: new Date().toISOString(),
        outcome: 'under way',
      }
      await record.begin(info)
      leave.handOver({ heir, fallback, info })
      return info
    } catch (error) {
      heir.kill()
      fallback.kill()
      throw error
    }
  }

  /** @throws {P8aError} `host_busy` where a pod is still being reloaded when the time is up */
  async #reloadsOver(): Promise<void> {
    const { reloading, settings } = this.#options
    const giveUpAtMs = monotonicMs() + settings.upgradeTimeout
    for (let pods = reloading(); pods.length > 0; pods = reloading()) {
      if (monotonicMs() > giveUpAtMs)
        throw new P8aError('host_busy', `Cannot upgrade the host: ${pods.join(', ')} is being reloaded`, {
          hint: 'Upgrade it when that is over',
          facts: { pods },
        })
      await delay(lookMs)
    }
  }

  /** @throws {P8aError} `upgrade_failed` */
  async #booted(heir: HeirProcess, to: string): Promise<void> {
    const { upgradeTimeout } = this.#options.settings
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    heir.listen(said => {
      if (said.say === 'failed') reject(failed(to, said.why))
      if (said.say !== 'ready') return
      if (said.version === to) resolve()
      else reject(failed(to, `it says that it is ${said.version}`))
    })
    void heir.ended.then(end => reject(failed(to, endText(end))))
    const late = deadline(
      () => reject(failed(to, `it did not boot within ${upgradeTimeout} ms (upgradeTimeout)`)),
      upgradeTimeout,
    )
    await promise.finally(() => clearTimeout(late))
  }
}

type Both = { command: readonly [string, ...string[]]; own: readonly [string, ...string[]]; listeners: Listeners }

/**
 * Both in one moment, so that they have the same sockets. If one of them alone had a socket that was made anew in between, it would
 * be open for as long as that one waits, and the other would take it for its own.
 */
async function beginBoth({ command, own, listeners }: Both): Promise<{ heir: HeirProcess; fallback: HeirProcess }> {
  const begun = [beginHeir({ command, listeners, waits: false }), beginHeir({ command: own, listeners, waits: true })]
  try {
    const [heir, fallback] = (await Promise.all(begun)) as [HeirProcess, HeirProcess]
    return { heir, fallback }
  } catch (error) {
    for (const one of begun)
      one.then(
        process => process.kill(),
        () => {},
      )
    throw error
  }
}

function failed(to: string, why: string): P8aError {
  return new P8aError('upgrade_failed', `Cannot upgrade the host to ${to}: ${why}`, {
    hint: { text: 'The host goes on as it was; what the new one said', do: { verb: 'logs', options: { tag: 'host' } } },
    facts: { to, why },
  })
}

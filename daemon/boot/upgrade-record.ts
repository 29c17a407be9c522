// What is known of the last upgrade of this host: read at its start, and brought to its end by whichever host is there.
import { P8aError } from '../../protocol/errors.ts'
import type { Failure } from '../../protocol/heir.ts'
import type { UpgradeInfo } from '../../protocol/words-host.ts'
import { readUpgrade, writeUpgrade } from '../store/upgrade-file.ts'
import type { HostLog } from '../system/host-log.ts'
import type { Seams } from '../system/seams.ts'

type Options = {
  file: string
  log: HostLog
  tell: Seams['tell']
  /** The id of the upgrade whose end was told last. */
  told: string | undefined
}

export class UpgradeRecord {
  #file: string
  #log: HostLog
  #tell: Seams['tell']
  #told: string | undefined
  /** The one that was read. */
  #found: UpgradeInfo | undefined
  #last: UpgradeInfo | undefined
  /** What is done with the file is done one after the other. */
  #turn: Promise<void> = Promise.resolve()

  /** A file that cannot be read keeps no host from starting. */
  static async open({ file, log, ...telling }: Options): Promise<UpgradeRecord> {
    const last = await readUpgrade(file).catch(error => {
      log.error('files', error.message)
      return undefined
    })
    return new UpgradeRecord({ file, log, ...telling }, last)
  }

  private constructor({ file, log, tell, told }: Options, last: UpgradeInfo | undefined) {
    this.#file = file
    this.#log = log
    this.#tell = tell
    this.#told = told
    this.#found = last
    this.#last = last
  }

  get last(): UpgradeInfo | undefined {
    return this.#last
  }

  /** @throws {P8aError} `no_space`, `save_failed` */
  async begin(upgrade: UpgradeInfo): Promise<void> {
    await this.#inTurn(async () => {
      await writeUpgrade(this.#file, upgrade)
      this.#last = upgrade
    })
  }

  /**
   * One that was under way when it was read is over, since there is a host. The next one may have begun meanwhile.
   * @param own.isHeir whether this host took the place of another one @param own.failure that of another one which was tried first
   * @param own.folder that of the programs of this host
   */
  async settle(own: { isHeir: boolean; folder: string; failure?: Failure | undefined }): Promise<void> {
    const found = this.#found
    if (found?.outcome !== 'under way') return
    const isDone = own.failure === undefined && (own.isHeir || own.folder === found.folder)
    const why = own.failure?.why ?? 'the host was killed meanwhile'
    const endedAt = new Date().toISOString()
    const { id, from, to } = found
    // A host that was killed before it was saved has told it.
    if (this.#told !== id)
      this.#tell({
        path: '',
        ...{ id, from, to },
        ...(isDone ? { type: 'upgraded' } : { type: 'upgrade-failed', why }),
      })
    if (isDone) this.#log.info('host', `upgraded from ${from} to ${to}`)
    else this.#log.error('host', `the upgrade from ${from} to ${to} failed: ${why}`)
    await this.#inTurn(async () => {
      if (this.#last !== found) return
      this.#last = { ...found, endedAt, ...(isDone ? { outcome: 'done' } : { outcome: 'failed', why }) }
      await writeUpgrade(this.#file, this.#last).catch((error: unknown) => {
        if (error instanceof P8aError) this.#log.error('files', error.message)
        else throw error
      })
    })
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => {}).then(work)
    this.#turn = turn
    await turn
  }
}

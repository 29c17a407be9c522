// How many things of one kind, such as requests or streams, each client has under way at once, over all its connections.
import { P8aError } from '../../protocol/errors.ts'
import type { Settings } from '../../protocol/settings.ts'

type Setting = 'maxTokenRequests' | 'maxTokenStreams'

export class AtOnce {
  #setting: Setting
  #max: number
  #underWay = new Map<string, number>()

  /** @param setting the name of the limit */
  constructor(setting: Setting, settings: Pick<Settings, Setting>) {
    this.#setting = setting
    this.#max = settings[setting]
  }

  /** Does `work` for client `who`. @throws {P8aError} `host_busy` if the client has too much under way */
  async during<T>(who: string, work: () => Promise<T>): Promise<T> {
    const before = this.#underWay.get(who) ?? 0
    if (before >= this.#max) throw tooMuch(this.#setting, this.#max)
    this.#underWay.set(who, before + 1)
    try {
      return await work()
    } finally {
      const left = (this.#underWay.get(who) ?? 1) - 1
      if (left > 0) this.#underWay.set(who, left)
      else this.#underWay.delete(who)
    }
  }
}

function tooMuch(setting: Setting, limit: number): P8aError {
  const what = setting === 'maxTokenStreams' ? 'streams' : 'requests'
  return new P8aError('host_busy', `Cannot do that now: this client has ${limit} ${what} under way`, {
    hint: `Wait for one of them, or raise ${setting} in host.json`,
    facts: { limit },
  })
}

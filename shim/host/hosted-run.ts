// A pod in a host of this run, which the root runs: its status as last told, and what can be done with it.
import { EventEmitter } from 'node:events'
import type { HostedPod } from '../../protocol/author.ts'

export class HostedRun extends EventEmitter implements HostedPod {
  readonly path: string
  readonly name: string
  readonly stop: HostedPod['stop']
  readonly call: HostedPod['call']
  status: HostedPod['status'] = 'idle'
  text = ''
  #ended = Promise.withResolvers<HostedPod['status']>()

  /** @param verbs how the root does a verb with it */
  constructor(path: string, name: string, verbs: Pick<HostedPod, 'stop' | 'call'>) {
    super()
    this.path = path
    this.name = name
    this.stop = verbs.stop
    this.call = verbs.call
  }

  /** Resolves when it is down: by a stop (`idle`), or for good (`error`). */
  get ended(): Promise<HostedPod['status']> {
    return this.#ended.promise
  }

  onChanged(status: HostedPod['status'], text: string): void {
    const [was, wasText] = [this.status, this.text]
    this.status = status
    this.text = text
    if (was === status && wasText === text) return
    if (isDown(was) && !isDown(status)) this.#ended = Promise.withResolvers()
    if (!isDown(was) && isDown(status)) this.#ended.resolve(status)
    this.emit('status', status, text)
  }
}

function isDown(status: HostedPod['status']): boolean {
  return status === 'idle' || status === 'error'
}

// A host whose containers are those of a podman with a store of its own.
import { execFileSync } from 'node:child_process'
import { delimiter } from 'node:path'
import type { RunInfo } from '../../protocol/words.ts'
import { type OwnPodman, ownPodman } from '../podman.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

/** Each look is a process that takes as long as some hundred others. */
export const seldom = { everyMs: 200 }

export class ContainerHost extends TestHost {
  #podman: OwnPodman | undefined

  override get env(): Record<string, string> {
    const { PATH = '', ...env } = super.env
    this.#podman ??= ownPodman(this.dir)
    // One that is killed while it begins a container leaves a file in its folder for such: here it goes with the host.
    return { ...env, PATH: [this.#podman.bin, PATH].join(delimiter), TMPDIR: this.dir }
  }

  override async dispose(): Promise<void> {
    await super.dispose()
    this.#podman?.[Symbol.dispose]()
  }

  podman(...args: string[]): string {
    return execFileSync('podman', args, { env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  }

  /** Those that there are, by name. */
  containers(): string[] {
    return this.podman('ps', '--all', '--format', '{{.Names}}').split('\n').filter(Boolean)
  }

  /** The container of a pod, once it runs. */
  async running(pod: string): Promise<string> {
    const format = ['--filter', 'status=running', '--format', '{{.Names}}']
    return await until(
      () => {
        const names = this.podman('ps', ...format).split('\n')
        return names.find(name => name.startsWith(`p8a-${pod}.`))
      },
      `a container of ${pod} runs`,
      seldom,
    )
  }

  /** The run of a pod that is up, and another one than `not`. */
  async upRun(name: string, not?: string): Promise<RunInfo & { pid: number }> {
    return await until(async () => {
      const run = (await this.status(name)).runs.find(run => run.state === 'up' && run.id !== not)
      return run?.pid === undefined ? undefined : (run as unknown as RunInfo & { pid: number })
    }, `a run of ${name} is up`)
  }
}

// The repository that a hook of git runs in: what it says of commits, and their files on the disk. It decides nothing.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { P8aError } from '../../protocol/errors.ts'
import type { GitChoice } from './plan.ts'
import { addEntries, type TreeAmount, type TreeLimits } from './tree-amount.ts'

const mostBytes = 16 * 1024 * 1024
const outPrefix = 'checkout-'

export class GitRepository {
  /** Absolute. */
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The commit that a name stands for now; undefined: there is no such name. */
  async commitOf(ref: string): Promise<string | undefined> {
    return (await this.#answer('rev-parse', '--quiet', '--verify', ref))?.trim()
  }

  /** Whether anything was accepted yet. */
  async hasRefs(): Promise<boolean> {
    return (await this.#ask('for-each-ref', '--count=1')) !== ''
  }

  async subjectOf(commit: string): Promise<string> {
    // git log would look for the parents too, which a clone with a depth has not.
    return (await this.#ask('show', '--no-patch', '--format=%s (%h)', commit)).trim()
  }

  /** What was kept of an earlier push, and the limits that the host has told git. */
  async settings(): Promise<{ kept: GitChoice; limits: TreeLimits }> {
    const listed = (await this.#answer('config', '--null', '--get-regexp', '^p8a\\.')) ?? ''
    const values = new Map(
      listed.split('\0').map(entry => {
        const [name = '', ...value] = entry.split('\n')
        return [name, value.join('\n').trim()]
      }),
    )
    const numberOf = (name: string) => (values.has(name) ? Number(values.get(name)) : undefined)
    return {
      kept: { branch: values.get('p8a.branch'), folder: values.get('p8a.folder') },
      // Git writes such names small.
      limits: { maxTreeFiles: numberOf('p8a.maxtreefiles'), maxTreeBytes: numberOf('p8a.maxtreebytes') },
    }
  }

  async keep({ branch, folder }: { branch: string; folder: string }): Promise<void> {
    // What a clone checks out; first, so that it is so wherever the choice is kept.
    await this.#ask('symbolic-ref', 'HEAD', `refs/heads/${branch}`)
    await this.#ask('config', '--local', 'p8a.folder', folder)
    await this.#ask('config', '--local', 'p8a.branch', branch)
  }

  /** A file of the commit that stands for one of LFS, if there is any. */
  async firstOfLfs(commit: string, folder: string): Promise<string | undefined> {
    const pointer = '^version https://git-lfs\\.github\\.com/spec/v'
    const within = folder === '' ? [] : ['--', folder]
    const found = await this.#answer('grep', '-l', '-I', '-E', pointer, commit, ...within)
    return found?.split('\n', 1)[0]?.slice(commit.length + 1)
  }

  /** @param isEnough ends the count: it may be of any length */
  async amountOf(commit: string, isEnough: (amount: TreeAmount) => boolean): Promise<TreeAmount> {
    const { environmentWith } = await import('../environment.ts')
    const git = spawn('git', ['ls-tree', '-r', '-l', '-z', commit], {
      cwd: this.folder,
      env: environmentWith({}),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(git, 'close')
    let amount: TreeAmount = { files: 0, bytes: 0, submodules: [] }
    let rest = ''
    for await (const text of git.stdout.setEncoding('utf8')) {
      const entries = `${rest}${text}`.split('\0')
      rest = entries.pop() ?? ''
      amount = addEntries(amount, entries)
      if (!isEnough(amount)) continue
      git.kill()
      break
    }
    const [code, signal] = await ended
    if (code !== 0 && !signal) throw new P8aError('build_failed', `git ls-tree has failed: it ended with code ${code}`)
    return amount
  }

  /** The files of a commit in a folder of their own, called `name`, and how to remove it. */
  async checkedOut(commit: string, name: string): Promise<{ folder: string; remove: () => Promise<void> }> {
    // Those of a push that was cut off. Pushes to a repository come one after the other.
    const left = (await readdir(this.folder)).filter(name => name.startsWith(outPrefix))
    for (const name of left) await rm(join(this.folder, name), { recursive: true, force: true })
    const own = await mkdtemp(join(this.folder, outPrefix))
    const folder = join(own, name)
    const index = join(own, '.index')
    await mkdir(folder)
    await this.#run(['read-tree', commit], { GIT_INDEX_FILE: index })
    await this.#run(['checkout-index', '--all', '--force'], { GIT_INDEX_FILE: index, GIT_WORK_TREE: folder })
    return { folder, remove: async () => await rm(own, { recursive: true, force: true }) }
  }

  async #ask(...args: string[]): Promise<string> {
    return await this.#run(args)
  }

  /** Undefined if git says no. */
  async #answer(...args: string[]): Promise<string | undefined> {
    return await this.#run(args).catch(() => undefined)
  }

  async #run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { environmentWith } = await import('../environment.ts')
    // Git set these variables for its hook; those of ours stand behind them.
    const options = { cwd: this.folder, env: { ...environmentWith({}), ...env }, maxBuffer: mostBytes }
    try {
      const { stdout } = await promisify(execFile)('git', args, options)
      return stdout
    } catch (cause) {
      throw new P8aError('build_failed', `git ${args[0]} has failed: ${String((cause as Error).message)}`, { cause })
    }
  }
}

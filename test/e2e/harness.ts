// A host of a test's own, driven by the built `pod` command: own data directory, own home, free port. Commands share a process
// (pod-command.ts), and what tests ask again and again goes over the socket, since a process for each question would take most of
// their time. It leaves nothing behind, and says so if it would.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import * as assert from 'uvu/assert'
import { type Client, connect } from '../../cli/client/client.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import type { PodStatus, RunInfo } from '../../protocol/words.ts'
import { freePort } from '../free-port.ts'
import { fixture, podProgram } from '../paths.ts'
import { isAlive, processesLeft } from '../processes.ts'
import { type Scratch, scratch } from '../scratch.ts'
import { until } from '../until.ts'
import { type Begun, beginAgain, begunWith, type Up } from './begun-again.ts'
import { endPodProcesses, podCommand } from './pod-command.ts'

export type Result = { code: number | null; stdout: string; stderr: string }

/** Settings of a host whose runs begin in spares, as they do by default; these load no modules, which most runs have no use for. */
export const withSpares = { spareModules: [] }
/** For what is measured or attacked: a host as anybody has it. */
export const asItIs = {}

export class TestHost {
  /** Made when it is first asked for: a file whose tests are all left out leaves nothing. */
  #scratch: Scratch | undefined
  #isSettled = false
  #settings: object
  #isSteady: boolean
  /** What the last one was begun with, where a next one may be begun so, too. */
  #begun: Begun | undefined
  pid = 0
  port = 0

  /**
   * @param settings of the host; without spares, it boots no process that most tests have no use for
   * @param options.isSteady many files are pushed with the `pod` command: what has bundled one bundles the others. It is one of the
   *   host's processes.
   */
  constructor(settings: object = { spares: 0 }, { isSteady = false } = {}) {
    this.#settings = settings
    this.#isSteady = isSteady
  }

  get dir(): string {
    this.#scratch ??= scratch()
    return this.#scratch.dir
  }

  get data(): string {
    return join(this.dir, 'data')
  }

  get env(): Record<string, string> {
    const { PATH = '', TMPDIR, NODE_COMPILE_CACHE } = process.env
    return {
      // `#!/usr/bin/env node` is the Node that runs the tests, whatever the machine has.
      PATH: [dirname(process.execPath), PATH].join(delimiter),
      ...(TMPDIR ? { TMPDIR } : {}),
      // To compile the programs anew for each host would take a tenth of the time of all tests.
      ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
      HOME: this.dir,
      XDG_CONFIG_HOME: join(this.dir, 'config'),
      P8A_DATA: this.data,
      NO_COLOR: '1',
    }
  }

  get token(): string {
    return readFileSync(join(this.data, 'token'), 'utf8').trim()
  }

  /** Runs the `pod` command. */
  async pod(...args: string[]): Promise<Result> {
    return await podCommand({ args, env: this.env, cwd: this.dir, isSteady: this.#isSteady })
  }

  /** Runs it in a process of its own, for a test that is about this process. */
  async alone(...args: string[]): Promise<Result> {
    return await this.run(process.execPath, ['--', podProgram, ...args])
  }

  /** Runs it, and fails the test unless it exits with 0. @returns what it printed */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.pod(...args)
    assert.is(code, 0, `pod ${args.join(' ')}: ${stderr}${stdout}`)
    return stdout
  }

  /** Runs it with --json. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '--json')) as T
  }

  /** Runs it with --json, and fails the test unless it fails. */
  async refused(
    ...args: string[]
  ): Promise<{ exit: number | null; code: string; message: string; hint: string } & Record<string, unknown>> {
    const { code, stdout, stderr } = await this.pod(...args, '--json')
    assert.is.not(code, 0, `pod ${args.join(' ')} should be refused: ${stdout}`)
    return { exit: code, ...JSON.parse(stderr).error }
  }

  async run(
    program: string,
    args: string[],
    options: { env?: Record<string, string>; input?: string; cwd?: string } = {},
  ): Promise<Result> {
    const { exitCode, signal, stdout, stderr, cause } = await execa(program, args, {
      env: { ...this.env, ...options.env },
      extendEnv: false,
      cwd: options.cwd ?? this.dir,
      input: options.input ?? '',
      reject: false,
      stripFinalNewline: false,
    })
    if (exitCode === undefined && signal === undefined) throw cause
    return { code: exitCode ?? null, stdout, stderr }
  }

  /** Starts a command that goes on, for example one that follows. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, ['--', podProgram, ...args], {
      env: this.env,
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** @param options more options of `pod host start` */
  async up(...options: string[]): Promise<void> {
    this.#settle()
    if (this.#begun && options.length === 0) return this.#isUp(await beginAgain(this.#begun, this.data))
    // It has the same port again once it was killed: one that the system gave could be somebody else's by then.
    if (this.port === 0) this.port = await freePort()
    this.#isUp(await this.json<Up>('host', 'start', '--detach', '--port', String(this.port), ...options))
    this.#begun = options.length === 0 ? begunWith(this.pid) : undefined
  }

  /** As `up`, with more in the host's own environment. */
  async upWith(env: Record<string, string>, files?: number): Promise<void> {
    this.#settle()
    if (this.port === 0) this.port = await freePort()
    const args = [
      process.execPath,
      '--',
      podProgram,
      'host',
      'start',
      '--detach',
      '--port',
      String(this.port),
      '--json',
    ]
    const limit = files === undefined ? '' : `ulimit -Sn ${files}; `
    const { code, stdout, stderr } = await this.run('sh', ['-c', `${limit}exec "$0" "$@"`, ...args], { env })
    assert.is(code, 0, stderr)
    this.#isUp(JSON.parse(stdout) as Up)
    this.#begun = undefined
  }

  #isUp({ pid, addresses }: Up): void {
    this.pid = pid
    this.port = Number(
      addresses
        .find(at => !at.startsWith('unix:'))
        ?.split(':')
        .at(-1),
    )
  }

  /** Before its first start. What a test has written into its settings goes before what it was made with. */
  #settle(): void {
    if (this.#isSettled || this.#settings === asItIs) return
    this.#isSettled = true
    mkdirSync(this.data, { recursive: true, mode: 0o700 })
    const file = join(this.data, 'host.json')
    const own = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { v: 1, id: randomUUID() }
    writeFileSync(file, JSON.stringify({ ...own, settings: { ...this.#settings, ...own.settings } }), { mode: 0o600 })
    // A host keeps compiled code in its own directory, where it would begin with none.
    const [from, compiled] = [this.env.NODE_COMPILE_CACHE, join(this.data, 'compiled')]
    if (from && !existsSync(compiled)) symlinkSync(from, compiled)
  }

  /** Kills the host with SIGKILL, and waits until it is gone. */
  async killHost(): Promise<void> {
    process.kill(this.pid, 'SIGKILL')
    await until(() => !isAlive(this.pid), 'the host is gone')
  }

  async client(): Promise<Client> {
    return await connect(`unix:${join(this.data, 'host.sock')}`)
  }

  async status(name: string): Promise<PodStatus> {
    return await this.ask('pod.status', { name })
  }

  /**
   * The records of a pod's runs, the newest first. That a run is over is known a moment before its end is in its record: none of
   * these is in that moment.
   */
  async runs(name: string): Promise<RunInfo[]> {
    return await until(async () => {
      const alive = new Set((await this.status(name)).runs.map(({ id }) => id))
      const { runs } = await this.ask('pod.runs', { name })
      return runs.every(({ id, end }) => end || alive.has(id)) && runs
    }, `the ends of ${name} are saved`)
  }

  /** Pushes a fixture as it is, under its own name or another. */
  async push(name: string, as = name): Promise<void> {
    const file = fixture(name)
    await this.ask('pod.push', { name: as, code: readFileSync(file, 'utf8'), file: basename(file) })
  }

  /** Pushes what a path names, as the command does: a file is bundled, a folder's files are stored. */
  async pushFile(name: string, file: string): Promise<void> {
    const [{ pushAny }, { Options }, { Output }, { RemoteHost }, { localRemote }] = await Promise.all([
      import('../../cli/commands/push-any.ts'),
      import('../../cli/argv/options.ts'),
      import('../../cli/say/output.ts'),
      import('../../cli/remote/remote-host.ts'),
      import('../../cli/remote/remotes.ts'),
    ])
    const client = await this.client()
    const host = new RemoteHost(localRemote(this.data), client)
    const asked = { name, file, options: new Options(), output: new Output({ json: true }) }
    await pushAny(host, asked).finally(() => client.close())
  }

  /** Starts a pod, and waits until it is up. */
  async begin(name: string, given: Omit<MethodInput<'pod.start'>, 'name'> = {}): Promise<void> {
    await this.ask('pod.start', { name, ...given })
  }

  async stop(name: string): Promise<void> {
    await this.ask('pod.stop', { name })
  }

  async restart(name: string): Promise<void> {
    await this.ask('pod.restart', { name })
  }

  /** Removes a pod, also one that runs. */
  async remove(name: string): Promise<void> {
    await this.ask('pod.remove', { name, force: true })
  }

  /** Removes all pods, or some of them, so that the next test needs no host of its own. */
  async removeAll(isMeant: (pod: PodStatus) => boolean = () => true): Promise<void> {
    const { pods } = await this.ask('pod.list', {})
    await Promise.all(pods.filter(isMeant).map(({ name }) => this.remove(name)))
  }

  /** Calls an exported function. */
  async call(name: string, fn: string, ...args: unknown[]): Promise<unknown> {
    return (await this.ask('pod.call', { name, fn, args })).value
  }

  /** Does a verb over the Unix socket, on a connection of its own. @throws {P8aError} as {@link Client.call} */
  async ask<M extends MethodName>(method: M, params: MethodInput<M>): Promise<MethodResults[M]> {
    const client = await this.client()
    return await client.call(method, params).finally(() => client.close())
  }

  /** The texts of a pod's log lines, the host's own left out. */
  async lines(name: string): Promise<string[]> {
    const client = await this.client()
    try {
      const texts: string[] = []
      for await (const batch of client.logs({ name })) {
        texts.push(...batch.flatMap(({ source, text }) => (source === 'host' ? [] : [text])))
      }
      return texts
    } finally {
      client.close()
    }
  }

  /** The host's own words, for when a test cannot say what went wrong. */
  #hostSaid(): string {
    const files = ['host.out', 'host.log'].map(file => join(this.data, 'logs', file)).filter(file => existsSync(file))
    return files.map(file => readFileSync(file, 'utf8').slice(-4000)).join('\n')
  }

  async #stopAll(): Promise<void> {
    const client = await this.client()
    try {
      await client.call('host.stop', { pods: true })
      await client.ended()
    } finally {
      client.close()
    }
  }

  /** Ends host and pods, and checks that no process and no file is left. */
  async dispose(): Promise<void> {
    if (this.#scratch === undefined) return
    if (this.#isSteady) await endPodProcesses()
    const problem = await this.#stopAll().then(() => '', String)
    // A process that only waited for a run ends when it finds its host gone.
    const left = await processesLeft(this.data)
    for (const { pid } of left) killAll(pid)
    if (left.length > 0) process.stderr.write(`${problem}${this.#hostSaid()}\n`)
    this.#scratch[Symbol.dispose]()
    assert.equal(
      left.map(({ command }) => command),
      [],
      'no process is left',
    )
  }
}

/** Kills a process and its group, as far as they are still there. */
function killAll(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // Gone already, or it leads no group.
    }
  }
}

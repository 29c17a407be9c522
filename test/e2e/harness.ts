// A host of a test's own, driven by the built `pod` command: own data directory, own home, free port. What tests ask most often, again
// and again, goes over the socket, since a process for each question would take most of their time. It leaves nothing behind, and says
// so if it would.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import * as assert from 'uvu/assert'
import { type Client, connect } from '../../cli/client/client.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { fixture, podProgram } from '../paths.ts'
import { isAlive, processesOf } from '../processes.ts'
import { scratch } from '../scratch.ts'
import { until } from '../until.ts'

export type Result = { code: number | null; stdout: string; stderr: string }

export class TestHost {
  readonly #scratch = scratch()
  readonly dir = this.#scratch.dir
  readonly data = join(this.dir, 'data')
  pid = 0
  port = 0

  get env(): Record<string, string> {
    const { PATH = '', TMPDIR } = process.env
    return {
      // `#!/usr/bin/env node` is the Node that runs the tests, whatever the machine has.
      PATH: [dirname(process.execPath), PATH].join(delimiter),
      ...(TMPDIR ? { TMPDIR } : {}),
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
    await this.ok('host', 'start', '--detach', '--port', String(this.port), ...options)
    const info = await this.json<{ pid: number; addresses: string[] }>('host', 'status')
    this.pid = info.pid
    this.port = Number(
      info.addresses
        .find(at => !at.startsWith('unix:'))
        ?.split(':')
        .at(-1),
    )
  }

  /** As `up`, with more in the host's own environment. */
  async upWith(env: Record<string, string>): Promise<void> {
    const args = ['host', 'start', '--detach', '--port', String(this.port), '--json']
    const { code, stdout, stderr } = await this.run(process.execPath, ['--', podProgram, ...args], { env })
    assert.is(code, 0, stderr)
    const info = JSON.parse(stdout) as { pid: number; addresses: string[] }
    this.pid = info.pid
    this.port = Number(info.addresses.find(at => at.startsWith('127.0.0.1'))?.split(':')[1])
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

  /** Pushes a fixture as it is, under its own name or another. */
  async push(name: string, as = name): Promise<void> {
    const file = fixture(name)
    await this.ask('pod.push', { name: as, code: readFileSync(file, 'utf8'), file: basename(file) })
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
    const out = await this.ok('logs', 'local', name, '--json')
    const entries = out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as { source: string; text: string })
    return entries.filter(entry => entry.source !== 'host').map(entry => entry.text)
  }

  /** The host's own words, for when a test cannot say what went wrong. */
  #hostSaid(): string {
    const files = ['host.out', 'host.log'].map(file => join(this.data, 'logs', file)).filter(file => existsSync(file))
    return files.map(file => readFileSync(file, 'utf8').slice(-4000)).join('\n')
  }

  /** Ends host and pods, and checks that no process and no file is left. */
  async dispose(): Promise<void> {
    const stopped = await this.pod('host', 'stop', '--pods')
    // A process that only waited for a run ends when it finds its host gone.
    await until(() => processesOf(this.data).length === 0, 'all are gone').catch(() => {})
    const left = processesOf(this.data)
    for (const { pid } of left) killAll(pid)
    if (left.length > 0) process.stderr.write(`${stopped.stderr}${this.#hostSaid()}\n`)
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

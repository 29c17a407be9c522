// A Redis of a test's own, at a free port, that can be killed and started again. Nothing of it is kept on the disk.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from './free-port.ts'
import { scratch } from './scratch.ts'
import { until } from './until.ts'

export class TestRedis implements AsyncDisposable {
  readonly port: number
  #child: ChildProcess | undefined
  #dir = scratch()

  private constructor(port: number) {
    this.port = port
  }

  static async open(...options: string[]): Promise<TestRedis> {
    const redis = new TestRedis(await freePort())
    await redis.start(...options)
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(...options: string[]): Promise<void> {
    const own = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.#dir.dir,
    ]
    this.#child = spawn('redis-server', [...own, ...options], { stdio: 'ignore' })
    await until(async () => (await this.ask('PING')).startsWith('+PONG'), 'Redis answers')
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** What it answers to one command in words. */
  async ask(...words: string[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1')
    try {
      socket.write(`${words.join(' ')}\r\nQUIT\r\n`)
      let answer = ''
      for await (const part of socket.setEncoding('utf8')) answer += part
      return answer
    } catch {
      return ''
    } finally {
      socket.destroy()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    this.#dir[Symbol.dispose]()
  }
}

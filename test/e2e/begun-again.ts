// A host that is begun once more, as the `pod` command has begun it the first time: that command takes half as long as the host.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readlinkSync } from 'node:fs'
import { hostOutputFile } from '../../cli/host/data-dir.ts'
import { until } from '../until.ts'

const { O_WRONLY, O_APPEND, O_CREAT, O_TRUNC } = constants

/** What a process was begun with. */
export type Begun = { program: string; args: string[]; env: Record<string, string>; cwd: string }

/** What a host says of itself once it is up. */
export type Up = { pid: number; addresses: string[] }

/** @param pid of a process that lives */
export function begunWith(pid: number): Begun {
  const wordsOf = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1)
  const [program = '', ...args] = wordsOf('cmdline')
  const env = Object.fromEntries(wordsOf('environ').map(word => word.split(/=(.*)/s).slice(0, 2)))
  return { program, args, env, cwd: readlinkSync(`/proc/${pid}/cwd`) }
}

/**
 * Begins a host, and waits until it is up.
 * @param data its data directory, which is there
 * @throws what it says where it does not come up
 */
export async function beginAgain({ program, args, ...begun }: Begun, data: string): Promise<Up> {
  const file = hostOutputFile(data)
  // As the command opens it: somebody may cut it.
  const output = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC, 0o600)
  // What Node writes before the host can see to that is for this user alone, too.
  const umask = process.umask(0o077)
  const host = spawn(program, args, { ...begun, detached: true, stdio: ['ignore', output, output] })
  process.umask(umask)
  closeSync(output)
  const up = await until(() => upIn(file) ?? (isOver(host) && 'over'), 'the host is up', { everyMs: 5 })
  host.unref()
  if (up === 'over') throw new Error(`The host has ended: ${readFileSync(file, 'utf8')}`)
  return up
}

/** The line by which a host says that it is up, once it is whole. */
function upIn(file: string): Up | undefined {
  const [line] = /^{"version":.*(?=\n)/m.exec(readFileSync(file, 'utf8')) ?? []
  return line === undefined ? undefined : (JSON.parse(line) as Up)
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

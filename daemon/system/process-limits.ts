// What the kernel keeps of the limits of a process: how many files, how nice, how soon it is killed where memory is short. They
// are set on a process that lives, since it may have waited as a spare; what it starts inherits them.
import { writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { setPriority } from 'node:os'
import type { Limits } from '../../protocol/bounds.ts'
import { runProgram } from './run-program.ts'

/** @throws what the system says */
export async function limitProcess(pid: number, { files, nice, oom }: Limits): Promise<void> {
  if (files !== undefined) await setFiles(pid, files)
  if (nice !== undefined) await setNice(pid, nice)
  if (oom !== undefined && process.platform === 'linux') writeFileSync(`/proc/${pid}/oom_score_adj`, String(oom))
}

/** The command line of a process that begins with such limits. */
export function limitedCommand(
  { files, nice, oom }: Limits,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const first = [
    files !== undefined && `ulimit -n ${files}`,
    oom !== undefined && `echo ${oom} > /proc/self/oom_score_adj`,
  ].filter(Boolean)
  if (first.length === 0 && nice === undefined) return command
  const run = nice === undefined ? 'exec "$0" "$@"' : `exec nice -n ${nice} "$0" "$@"`
  return ['/bin/sh', '-c', [...first, run].join(' && '), ...command]
}

/**
 * Gives a process of this user the soft limit of open files that its children will inherit: Node has no call for it, and
 * raises its own at its boot. Without util-linux nothing happens.
 */
export async function limitFiles(pid: number, soft: number): Promise<void> {
  const command = ['prlimit', '--pid', String(pid), `--nofile=${soft}:`] as const
  await runProgram(command, { input: [], timeoutMs: 5000 }).catch(() => {})
}

/** The soft limit and the hard one. */
async function setFiles(pid: number, most: number): Promise<void> {
  const command = ['prlimit', '--pid', String(pid), `--nofile=${most}:${most}`] as const
  const { code } = await runProgram(command, { input: [], timeoutMs: 5000 })
  if (code !== 0) throw new Error(`prlimit could not limit its open files to ${most}`)
}

/** On Linux each thread of a process is as nice as it says itself. */
async function setNice(pid: number, nice: number): Promise<void> {
  const threads = process.platform === 'linux' ? await readdir(`/proc/${pid}/task`) : [String(pid)]
  for (const thread of threads) setPriority(Number(thread), nice)
}

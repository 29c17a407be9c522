// What is done to a nats-server as a process: it is asked for its version before it is used, and told to read its files again.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { badVersion } from '../nats/version.ts'

/** @throws {Error} if a program is none, or is one that loses writes */
export async function checkProgram(program: string, servers: number): Promise<void> {
  const ran = await promisify(execFile)(program, ['--version'], { timeout: versionMs }).catch(error => {
    throw new Error(
      `Cannot run ${JSON.stringify(program)}: ${(error as Error).message}. Install a nats-server, or name it: --server FILE`,
    )
  })
  const [, version = ''] = /v?(\d+\.\d+\.\d+)/.exec(ran.stdout + ran.stderr) ?? []
  const problem = badVersion(version, servers)
  if (problem !== undefined) throw new Error(problem)
}

const versionMs = 10_000

/** It reads its configuration and certificates, and keeps its connections. @param pid of a run that is up, as its host has just told */
export function readAgain(pid: number): void {
  process.kill(pid, 'SIGHUP')
}

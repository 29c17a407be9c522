// The command line and the variables of a process that begins behind a barrier: kept apart, with its limits, as its user.
import type { Limits } from '../../protocol/bounds.ts'
import { ownPath } from '../system/environment.ts'
import { limitedCommand } from '../system/process-limits.ts'
import type { User } from '../system/users.ts'
import { splitVariables } from './barrier.ts'
import type { Contained } from './container-plan.ts'
import { enter } from './isolation.ts'
import { userPrefix } from './user.ts'

type Command = readonly [string, ...string[]]

/** `apart`: what stands before its command line, if it is kept apart. */
type Behind = {
  env: Record<string, string>
  cwd: string
  apart: { before: readonly string[]; contained?: Contained } | undefined
  user: User | undefined
}

/** `outer` begins with all the rights of the host; `inner` gives away what is left of them. */
export type Barrier = { outer: readonly string[]; inner: readonly string[]; env: Record<string, string> }

/** @throws {P8aError} `start_failed` */
export async function barrierFor({ env, cwd, apart, user }: Behind): Promise<Barrier> {
  if (apart?.contained) return (await import('./contained.ts')).containedBarrier(apart.contained, env)
  const outer = apart?.before ?? []
  if (outer.length === 0 && !user) return { outer, inner: [], env }
  const { early, late } = splitVariables(env)
  const asUser = user ? [...(await userPrefix(user)), ...(outer.length > 0 ? enter(cwd) : [])] : []
  return {
    outer,
    inner: [...asUser, ...(late.length > 0 ? ['/usr/bin/env', ...late] : [])],
    env: { ...early, PATH: ownPath() },
  }
}

/** What a keeper begins. `owner`: to whom its output belongs. @throws {P8aError} `start_failed` */
export async function begunBy({
  command,
  limits = {},
  ...behind
}: Behind & { command: Command; limits: Limits | undefined }): Promise<{
  command: [string, ...string[]]
  env: Record<string, string>
  owner?: { uid: number; gid: number }
}> {
  const { outer, inner, env } = await barrierFor(behind)
  const limited = limitedCommand(limits, [...inner, ...command] as unknown as Command)
  const { user } = behind
  return {
    command: [...outer, ...limited] as [string, ...string[]],
    env,
    ...(user && { owner: { uid: user.uid, gid: user.gid } }),
  }
}

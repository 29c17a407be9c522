// The verbs: each method's parameters as a schema and its result as a type. The daemon validates with these, the
// OpenRPC document is made from them, and the CLI takes its types from here.

import type * as v from 'valibot'
import type { PodChange } from './changes.ts'
import type { Id } from './channel/messages.ts'
import type { HostEvent } from './events.ts'
import type { HookResults } from './hook.ts'
import type { ImageResults } from './image.ts'
import { callMethods } from './methods/call.ts'
import { eventMethods } from './methods/events.ts'
import { hookMethods } from './methods/hook.ts'
import { hostMethods } from './methods/host.ts'
import { imageMethods } from './methods/image.ts'
import { lifeMethods } from './methods/life.ts'
import { profileMethods } from './methods/profile.ts'
import { pushMethods } from './methods/push.ts'
import { queueMethods } from './methods/queue.ts'
import { quotaMethods } from './methods/quota.ts'
import { rpcMethods } from './methods/rpc.ts'
import { seenMethods } from './methods/seen.ts'
import type { ProfileResults } from './profile.ts'
import type { QuotaResults } from './quota.ts'
import type { Savings } from './savings.ts'
import type { UsageInfo } from './usage.ts'
import type { LogEntry, PodEnv, PodStatus, RunEnd, RunInfo, RunOutput, Started, Stopped } from './words.ts'
import type { AuditEntry, HostInfo, PageCode, TokenInfo, UpgradeInfo } from './words-host.ts'
import type { QueueResults } from './words-queue.ts'
import type { DeployInfo, Pushed, Script, VersionDiff, VersionInfo } from './words-version.ts'

/** The version of the wire. It grows when a method changes in a way that an older client would notice. */
export const protocolVersion = 1

/** Name, one-line summary and parameters of every method. Unknown parameters are refused. */
export const methods = {
  ...hostMethods,
  ...rpcMethods,
  ...pushMethods,
  ...lifeMethods,
  ...profileMethods,
  ...quotaMethods,
  ...seenMethods,
  ...queueMethods,
  ...imageMethods,
  ...eventMethods,
  ...hookMethods,
  ...callMethods,
} as const satisfies Record<string, { summary: string; params: v.GenericSchema }>

export type MethodName = keyof typeof methods

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name)
}

/** Parameters as a client sends them. */
export type MethodInput<M extends MethodName> = v.InferInput<(typeof methods)[M]['params']>

/** Parameters with their defaults, as a handler gets them. */
export type MethodParams<M extends MethodName> = v.InferOutput<(typeof methods)[M]['params']>

/** What each method answers. Times are RFC 3339 texts, durations milliseconds, memory bytes. */
export type MethodResults = OwnResults & QueueResults & ProfileResults & QuotaResults & ImageResults & HookResults

type OwnResults = {
  'host.auth': { authorized: true } & Partial<Pick<TokenInfo, 'name' | 'role' | 'path' | 'expiresAt'>>
  'host.info': HostInfo
  'host.watch': Record<string, never>
  'host.metrics': { type: string; text: string }
  'host.savings': Savings
  'host.stop': { stopping: true; pods: number }
  'host.upgrade': UpgradeInfo
  'host.token.add': TokenInfo & { token: string }
  'host.token.list': { tokens: TokenInfo[] }
  'host.token.remove': { name: string; removed: true }
  'host.page.code': PageCode
  'host.page.enter': TokenInfo & { token: string }
  'host.page.leave': { left: boolean }
  'host.audit': { entries: AuditEntry[] }
  'events.list': { events: HostEvent[]; at: number; first: number }
  'events.follow': Record<string, never>
  'rpc.discover': Record<string, unknown>
  'rpc.ping': Record<string, never>
  'rpc.cancel': { canceled: boolean }
  'pod.push': Pushed
  /** `begun`: how many bytes there are of files of which not all have come, by hash. A host of an earlier version does not tell it. */
  'pod.push.missing': { missing: string[]; begun?: Record<string, number> }
  'pod.push.files': { taken: number; begun?: Record<string, number> }
  'pod.start': Started
  'pod.stop': Stopped
  'pod.restart': PodStatus
  'pod.reload': PodStatus
  'pod.rollback': PodStatus
  'pod.wake': PodStatus
  'pod.sleep': PodStatus
  'pod.scale': PodStatus
  'pod.env': PodEnv
  'pod.group': { name: string; members: Record<string, number> }
  'pod.send': { name: string; runs: string[]; bytes: number }
  'pod.status': PodStatus
  'pod.usage': UsageInfo
  'pod.versions': { versions: VersionInfo[]; deploys?: DeployInfo[]; diff?: VersionDiff }
  'pod.list': { pods: PodStatus[]; next?: string }
  'pod.remove': { name: string; removed: true; stopped: RunEnd[]; run?: string; items?: number; left?: string[] }
  'pod.runs': { runs: RunInfo[]; total: number }
  'pod.script': Script
  'pod.output': RunOutput
  'pod.logs': { entries: LogEntry[]; count: number; truncated: boolean }
  'pod.call': { value: unknown; run: string }
  'pod.commands': { commands: string[] }
  'pod.command': { value: unknown; run?: string }
  'pod.command.input': { taken: true }
  'pod.command.cancel': { canceled: true }
}

/** The items that a method sends before its answer: the type of each, and its notification. */
export type MethodItems = {
  'host.watch': PodChange
  'events.follow': HostEvent
  'pod.logs': LogEntry
  'pod.push': string
}
export const itemNotices = {
  'host.watch': { method: 'host.change', member: 'changes' },
  'events.follow': { method: 'events.told', member: 'events' },
  'pod.logs': { method: 'pod.log', member: 'entries' },
  'pod.push': { method: 'pod.build', member: 'lines' },
} as const satisfies Record<keyof MethodItems, { method: string; member: string }>

/** A notification that `pod.command` sends to show text: `request` is the id of that request. */
export type CommandSendNotification = { request: Id; text: string }

/** A notification that `pod.command` sends to ask for a line, which `pod.command.input` brings. */
export type CommandRecvNotification = { request: Id; question: string }

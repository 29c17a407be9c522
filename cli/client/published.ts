// What `p8a/client` is: a client of a host for anyone's programs.

export type { Change, PodChange } from '../../protocol/changes.ts'
export type { Channel } from '../../protocol/channel/channel.ts'
export { P8aError } from '../../protocol/errors.ts'
export type { Command, Hint, Step } from '../../protocol/hint.ts'
export type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
export type { Watch } from '../../protocol/watch.ts'
export type { LogEntry, PodStatus, RunEnd, RunStatus } from '../../protocol/words.ts'
export type { Address } from './address.ts'
export { type Client, type CommandUser, type ConnectOptions, connect, type OpenOptions } from './client.ts'
export { type WatchOptions, watch } from './watch.ts'

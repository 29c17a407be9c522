// How a channel speaks to a client that names no window, such as `nc`: each thing in the notification that its method has
// for it, as fast as the client reads, and without a word about how much may be sent.
import type { Voice } from '../../../protocol/channel/channel.ts'
import type { Carrier, Id } from '../../../protocol/channel/messages.ts'
import type { CommandSays } from '../../../protocol/link.ts'
import {
  type CommandRecvNotification,
  type CommandSendNotification,
  itemNotices,
  type MethodName,
} from '../../../protocol/methods.ts'

/** Whether a method has notifications for what it tells before its answer. */
export function tellsPlainly(method: MethodName): boolean {
  return method === 'pod.command' || isItemMethod(method)
}

export function plainVoice(carrier: Carrier, { id, method }: { id: Id; method: MethodName }): Voice {
  const nothing = () => {}
  return {
    value: value => {
      carrier.say(JSON.stringify({ jsonrpc: '2.0', ...noticeOf(method, id, value) }))
      return 0
    },
    get isFull() {
      return carrier.isFull ?? false
    },
    drained: async () => await carrier.drained?.(),
    stream: nothing,
    more: nothing,
    end: nothing,
    fail: nothing,
    cancel: nothing,
  }
}

function noticeOf(method: MethodName, request: Id, value: unknown): { method: string; params: object } {
  if (isItemMethod(method)) {
    const notice = itemNotices[method]
    return { method: notice.method, params: { request, [notice.member]: value } }
  }
  const said = value as CommandSays
  return 'send' in said
    ? { method: 'pod.command.send', params: { request, text: said.send } satisfies CommandSendNotification }
    : { method: 'pod.command.recv', params: { request, question: said.recv } satisfies CommandRecvNotification }
}

function isItemMethod(method: MethodName): method is keyof typeof itemNotices {
  return Object.hasOwn(itemNotices, method)
}

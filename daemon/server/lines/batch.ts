// The answers to a batch. They wait for each other, so all of them together have the limit that answers have which a
// client does not take, and only few requests that read are done at once.
import { setImmediate } from 'node:timers/promises'
import type { JSONRPCResponse } from 'json-rpc-2.0'

/** How many requests that read are done at once. */
const readsAtOnce = 8

export type BatchOptions<Asked> = {
  /** Does a request; null if it gets no answer. */
  answer: (request: Asked) => Promise<JSONRPCResponse | null>
  /** Whether a request only reads. */
  isRead: (request: Asked) => boolean
  /** The answer to a request for whose answer there is no room. */
  refuse: (request: Asked) => JSONRPCResponse | null
  /** How long the answers may be, all together. */
  maxBytes: number
}

/** @returns the answers, in the order of the requests */
export async function answerBatch<Asked>(
  requests: readonly Asked[],
  { answer, isRead, refuse, maxBytes }: BatchOptions<Asked>,
): Promise<JSONRPCResponse[]> {
  let bytes = 0
  const answerWithin = async (request: Asked) => {
    if (bytes > maxBytes) return refuse(request)
    const answered = await answer(request)
    bytes += answered ? lengthOf(answered) : 0
    return bytes > maxBytes ? refuse(request) : answered
  }
  const answers: (Promise<JSONRPCResponse | null> | undefined)[] = requests.map(request =>
    isRead(request) ? undefined : answerWithin(request),
  )
  const reads = [...requests.entries()].filter(([, request]) => isRead(request)).values()
  const readOn = async () => {
    for (const [at, request] of reads) {
      answers[at] = answerWithin(request)
      await answers[at]
      // Others are served meanwhile.
      await setImmediate()
    }
  }
  await Promise.all(Array.from({ length: readsAtOnce }, readOn))
  return (await Promise.all(answers)).filter(told => told !== null && told !== undefined)
}

function lengthOf(answer: JSONRPCResponse): number {
  try {
    return JSON.stringify(answer).length
  } catch {
    // It is longer than a text can be.
    return Number.POSITIVE_INFINITY
  }
}

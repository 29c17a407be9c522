// JSON-RPC: every message has the answer that the standard asks for, and a stranger's has nothing but a refusal.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { localIdentity } from '../../../daemon/server/access/authority.ts'
import { AtOnce } from '../../../daemon/server/at-once.ts'
import { FairTurns } from '../../../daemon/server/fair-turns.ts'
import type { Client } from '../../../daemon/server/lines/client.ts'
import { Rpc } from '../../../daemon/server/lines/rpc.ts'
import { serverVerbs } from '../../../daemon/server/lines/server-verbs.ts'
import { ReadRoom } from '../../../daemon/server/read-room.ts'
import { systemClock } from '../../../daemon/system/clock.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import type { Verbs } from '../../../daemon/verbs/by-path.ts'
import { errorTable, P8aError } from '../../../protocol/errors.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { textOf } from '../garbage.ts'
import { message } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'

export const jsonRpc: Target = {
  id: 'json-rpc',
  promise: 'a message is answered by the standard, and that of a stranger with `unauthorized`',
  open: () => {
    const bugs: unknown[] = []
    let done = 0
    const count = async (_: string, params: unknown) => {
      done++
      return params
    }
    const tokens = { add: never, list: () => [], remove: never }
    const log = { error: (_: string, text: string, fields: unknown) => bugs.push(text, fields) } as unknown as HostLog
    const rpc = new Rpc({
      readRoom: new ReadRoom(defaultSettings),
      turns: new FairTurns(defaultSettings),
      requests: new AtOnce('maxTokenRequests', defaultSettings),
      streams: new AtOnce('maxTokenStreams', defaultSettings),
      maxAnswersBytes: 1_000_000,
      verbs: { do: count as Verbs['do'] },
      log,
      own: serverVerbs({
        tokens,
        pages: {
          make: async () => ({ code: '', expiresAt: '' }),
          take: async () => undefined,
          leave: async () => false,
        },
        audit: { files: [] },
        version: '1',
        tell: () => {},
      }),
      audit: { log: { write: () => {} }, clock: systemClock },
    })
    return {
      property: holdsFor(fc.tuple(message, fc.boolean()), async ([message, isAuthorized]) => {
        done = 0
        const answer = await rpc.answer(JSON.parse(textOf(message)), client(isAuthorized))
        for (const one of [answer].flat()) if (one !== null) checkAnswer(one, isAuthorized)
        if (!isAuthorized) assert.equal(done, 0, 'nothing is done for a stranger')
        assert.deepEqual(bugs, [])
      }),
    }
  },
}

async function never(): Promise<never> {
  throw new P8aError('bad_params', 'There are no tokens here')
}

/** An answer has an outcome with a code of the table, which is not that of a bug. */
export function checkAnswer(answer: unknown, isAuthorized: boolean): void {
  const { jsonrpc, result, error } = answer as {
    jsonrpc: unknown
    result?: unknown
    error?: { data?: { code?: string } }
  }
  assert.equal(jsonrpc, '2.0')
  const code = error?.data?.code
  if (!isAuthorized) assert.ok(code !== undefined && strangersCodes.includes(code), String(code))
  else if (error) assert.ok(code !== undefined && Object.hasOwn(errorTable, code), String(code))
  else assert.notEqual(result, undefined)
  assert.notEqual(code, 'internal')
}

/** All that a stranger is ever told. `bad_params`: of `host.auth`, the one method there is for one. */
const strangersCodes = ['unauthorized', 'too_large', 'bad_params', 'bad_request']

function client(isAuthorized: boolean): Client {
  return {
    identity: isAuthorized ? localIdentity : undefined,
    address: 'unix',
    isValid: () => true,
    authorize: () => ({ refusal: 'The token is wrong' }),
    signal: new AbortController().signal,
    channels: undefined,
    underWay: undefined,
  }
}

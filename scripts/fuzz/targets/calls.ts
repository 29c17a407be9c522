// The socket that a run opens for others: nothing is called without a grant, and with one no message ends the run.
import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { says } from '../../../protocol/calls.ts'
import { says as channelSays } from '../../../protocol/channel/messages.ts'
import { Door } from '../../../shim/calls/door.ts'
import { Wire } from '../../../shim/calls/wire.ts'
import { asJson, cuts, inChunks, nearly, oddText, oddValue } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { Uncaught } from '../uncaught.ts'

const id = fc.nat(5)
const call = nearly({
  jsonrpc: fc.constant('2.0'),
  id,
  method: fc.constantFrom('now', 'later', 'values', 'constructor'),
  params: fc.array(oddValue, { maxLength: 2 }),
  timeoutMs: fc.nat(1000),
})
const note = nearly({
  jsonrpc: fc.constant('2.0'),
  method: fc.constantFrom(...Object.values(says), ...Object.values(channelSays)),
  params: fc.tuple(fc.oneof(id, oddText), oddValue, oddValue),
})
const line = asJson(fc.oneof({ weight: 3, arbitrary: call }, { weight: 3, arbitrary: note }, oddValue))
/** Of the window of bytes that the caller says it has. */
const windows = fc.constantFrom([], [16, 1024], ['x', null])
const lines = fc.tuple(fc.array(line, { maxLength: 5 }), fc.boolean(), cuts, windows)

export const calls: Target = {
  id: 'calls',
  promise: 'a run does nothing for anyone without a grant, and nothing that a caller with a grant says ends it',
  open: () => {
    const dir = mkdtempSync(join(tmpdir(), 'p8a-fuzz-calls-'))
    const uncaught = new Uncaught()
    const socket = join(dir, 'door')
    const servers = new Servers()
    let called = 0
    let granted = 0
    const invoke = (fn: string, args: unknown[]) => {
      called++
      if (fn === 'later') return Promise.resolve(args)
      return fn === 'values' ? values(args) : args
    }
    const onEvent = () => {
      called++
    }
    const door = new Door({ invoke, onEvent, onDropped: onEvent }, { timeoutMs: 1000 })
    return {
      property: holdsFor(lines, async ([lines, isGranted, cuts, window]) => {
        called = 0
        const grant = `grant-${++granted}`
        await door.admit({ grant, caller: 'other.1', socket })
        const said = isGranted ? grant : 'guessed'
        const first = JSON.stringify({ jsonrpc: '2.0', method: says.grant, params: [said, ...window] })
        const answer = await say(socket, inChunks(Buffer.from(`${[first, ...lines].join('\n')}\n`), cuts))
        await uncaught.none()
        if (isGranted) checkCaller(answer)
        else assert.deepEqual([answer, called], ['', 0])
        await uncaught.none()
      }),
      close: async () => {
        uncaught.close()
        servers.close()
        rmSync(dir, { recursive: true, force: true })
      },
    }
  },
}

/** The servers that listen from now on: a door stays open as long as its run, which here is over with the attack. */
class Servers {
  #listening = channel('tracing:net.server.listen:asyncStart')
  #servers = new Set<net.Server>()
  #onListening = (message: unknown) => void this.#servers.add((message as { server: net.Server }).server)

  constructor() {
    this.#listening.subscribe(this.#onListening)
  }

  close(): void {
    this.#listening.unsubscribe(this.#onListening)
    for (const server of this.#servers) server.close()
  }
}

async function* values(args: unknown[]) {
  yield* args
}

/** Says it in pieces and closes. @returns what was answered */
async function say(path: string, chunks: readonly Buffer[]): Promise<string> {
  const socket = net.connect(path)
  let answer = ''
  socket.setEncoding('utf8').on('data', text => (answer += text))
  socket.on('error', () => {})
  const closed = new Promise(resolve => socket.once('close', resolve))
  for (const chunk of chunks) socket.write(chunk)
  socket.end()
  await closed
  return answer
}

/** What a callee says goes to a caller, whose messages are read in the same way. */
function checkCaller(answer: string): void {
  const socket = new net.Socket()
  const wire = new Wire(socket, {
    takesBytes: false,
    onMessage: ({ id, method }) => assert.ok(id !== undefined || method),
    onClosed: () => {},
  })
  wire.receive(Buffer.from(answer))
  assert.ok(!socket.destroyed, `a callee speaks nonsense: ${answer.slice(0, 300)}`)
}

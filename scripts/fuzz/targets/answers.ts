// A client of a host that is none: whatever answers, a call ends with a result or an error that says so.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { connect } from '../../../cli/client/client.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { asJson, cuts, inChunks, nearly, oddText, oddValue } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { Uncaught } from '../uncaught.ts'

const error = nearly({ code: fc.integer(), message: oddText, data: nearly({ code: oddText, hint: oddText }) })
const entries = fc.array(nearly({ time: oddText, source: oddText, text: oddText }), { maxLength: 2 })
const line = asJson(
  fc.oneof(
    nearly({ jsonrpc: fc.constant('2.0'), id: fc.constantFrom(1, 2), result: oddValue }),
    nearly({ jsonrpc: fc.constant('2.0'), id: fc.constantFrom(1, 2, null), error }),
    nearly({
      jsonrpc: fc.constant('2.0'),
      method: fc.constant('pod.log'),
      params: nearly({ request: fc.constant(2), entries }),
    }),
    oddValue,
  ),
)
const inputs = fc.tuple(fc.array(line, { maxLength: 4 }), cuts)

export const answers: Target = {
  id: 'answers',
  promise: 'a client gets a result or an error, whatever it is that answers',
  open: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'p8a-fuzz-answers-'))
    const path = join(dir, 'host.sock')
    const uncaught = new Uncaught()
    let chunks: Buffer[] = []
    const server = net.createServer(socket => {
      socket.on('error', () => {})
      for (const chunk of chunks) socket.write(chunk)
      socket.resume().end()
    })
    await new Promise<void>(resolve => server.listen(path, resolve))
    return {
      property: holdsFor(inputs, async ([lines, cuts]) => {
        chunks = inChunks(Buffer.from(`${lines.join('\n')}\n`), cuts)
        const client = await connect({ kind: 'unix', path })
        const follow = async () => {
          for await (const entries of client.logs({})) assert.ok(entries !== undefined)
        }
        const calls = await Promise.allSettled([client.call('pod.list', {}), follow()])
        client.close()
        for (const call of calls)
          if (call.status === 'rejected') assert.ok(call.reason instanceof P8aError, String(call.reason?.stack))
        await uncaught.none()
      }),
      close: async () => {
        uncaught.close()
        server.close()
        rmSync(dir, { recursive: true, force: true })
      },
    }
  },
}

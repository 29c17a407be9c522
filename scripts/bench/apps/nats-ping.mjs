// Two bare Node processes that ask and answer over a NATS: what a call over it cannot be faster than. Prints what it measured as JSON.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connect } from '@nats-io/transport-node'

const message = Buffer.from('{"jsonrpc":"2.0","id":10000,"method":"add","params":[1,2]}\n')
const [, , url, counts, isServer] = process.argv
const { one, pipelined, width } = JSON.parse(counts)
const connection = await connect({ servers: url })

if (isServer) await serve()
else await measure()

async function serve() {
  connection.subscribe('bench.ping', { callback: (_, asked) => asked.respond(asked.data) })
  await connection.flush()
  process.on('disconnect', () => process.exit())
  process.send('listening')
}

async function measure() {
  const server = fork(fileURLToPath(import.meta.url), [url, counts, 'server'])
  await once(server, 'message')
  await asked(one / 10, 1)
  const eachMs = await asked(one, 1)
  await asked(pipelined / 10, width)
  const manyMs = await asked(pipelined, width)
  server.disconnect()
  await connection.close()
  console.log(JSON.stringify({ latencyUs: (eachMs / one) * 1000, pipelined: (pipelined / manyMs) * 1000 }))
}

/** Asks `width` at once, and the next as many when all are answered. @returns how long it took, in ms */
async function asked(count, width) {
  const startMs = performance.now()
  for (let at = 0; at < count; at += width)
    await Promise.all(Array.from({ length: width }, () => connection.request('bench.ping', message)))
  return performance.now() - startMs
}

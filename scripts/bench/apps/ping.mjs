// Two bare Node processes and a Unix socket between them: what a call between two processes cannot be faster than. Prints
// what it measured as JSON. Each message is as long as a small call.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import net from 'node:net'
import { fileURLToPath } from 'node:url'

const message = Buffer.from('{"jsonrpc":"2.0","id":10000,"method":"add","params":[1,2]}\n')
const [, , path, counts, isServer] = process.argv
const { one, pipelined, width } = JSON.parse(counts)

if (isServer) await serve()
else await measure()

async function serve() {
  rmSync(path, { force: true })
  const server = net.createServer(socket => socket.on('data', chunk => socket.write(chunk)))
  server.listen(path)
  await once(server, 'listening')
  process.on('disconnect', () => process.exit())
  process.send('listening')
}

async function measure() {
  const server = fork(fileURLToPath(import.meta.url), [path, counts, 'server'])
  await once(server, 'message')
  const socket = net.connect(path)
  await once(socket, 'connect')
  await echoes(socket, one / 10, 1)
  const each = await echoes(socket, one, 1)
  await echoes(socket, pipelined / 10, width)
  const many = await echoes(socket, pipelined, width)
  server.disconnect()
  socket.destroy()
  const perSecond = ({ count, tookMs }) => (count / tookMs) * 1000
  console.log(
    JSON.stringify({ one: perSecond(each), latencyUs: (each.tookMs / one) * 1000, pipelined: perSecond(many) }),
  )
}

/** Sends `width` messages, and the next as many when all have come back. */
async function echoes(socket, count, width) {
  const batch = Buffer.concat(Array(width).fill(message))
  const startMs = performance.now()
  await new Promise(resolve => {
    let [sent, missing] = [0, 0]
    const send = () => {
      if (sent >= count) {
        socket.off('data', onData)
        return resolve()
      }
      sent += width
      missing = batch.length
      socket.write(batch)
    }
    const onData = chunk => {
      missing -= chunk.length
      if (missing === 0) send()
    }
    socket.on('data', onData)
    send()
  })
  return { count, tookMs: performance.now() - startMs }
}

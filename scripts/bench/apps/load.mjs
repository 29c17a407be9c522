// Clients in a process of their own: `load.mjs PORT KIND JSON` prints what they saw, as JSON. They speak HTTP by bare sockets, so that they
// cost less than what they measure.
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const [port, kind, given = '{}'] = process.argv.slice(2)
const options = JSON.parse(given)
const kinds = { throughput, latency, balance, paced }
process.stdout.write(JSON.stringify(await kinds[kind]()))
process.exit()

/** Each connection asks again once it was answered. */
async function throughput() {
  let count = 0
  const stop = askOverAndOver(options.connections, () => count++)
  await delay(options.warmMs)
  const [before, begun] = [count, performance.now()]
  await delay(options.forMs)
  const perSecond = ((count - before) * 1000) / (performance.now() - begun)
  stop()
  return { perSecond }
}

/** The same, while one run is made to block its event loop; what waits behind it is among the answers. */
async function latency() {
  const times = []
  const stop = askOverAndOver(options.connections, tookMs => times.push(tookMs))
  await delay(options.warmMs)
  times.length = 0
  const blocking = connect(Number(port), '127.0.0.1')
  blocking.write('GET /block HTTP/1.1\r\nHost: a\r\n\r\n')
  blocking.resume()
  await delay(options.forMs)
  stop()
  times.sort((a, b) => a - b)
  return { p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN }
}

/** New connections, a hundred at a time, each with one request. */
async function balance() {
  const byPid = new Map()
  let left = options.count
  const one = async () => {
    while (left-- > 0) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      let text = ''
      for await (const part of socket.setEncoding('latin1')) text += part
      const [, pid] = /pid (\d+)/.exec(text) ?? []
      byPid.set(pid, (byPid.get(pid) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 100 }, one))
  return { share: Math.max(...byPid.values()) / options.count, runs: byPid.size }
}

/** So many a second until the parent ends it by a line: over kept connections and new ones, with bodies and without. */
async function paced() {
  const kept = new Agent({ keepAlive: true, maxSockets: 50 })
  const failed = []
  let sent = 0
  let served = 0
  let isOver = false
  process.stdin.once('data', () => {
    isOver = true
  })
  const asked = new Set()
  const named = options.host === undefined ? {} : { headers: { host: options.host } }
  const one = async number => {
    const isPost = number % 4 === 0
    const agent = number % 2 === 0 ? kept : false
    const asking = request({ port, host: '127.0.0.1', agent, method: isPost ? 'POST' : 'GET', ...named })
    // Nobody waits for ever.
    asking.setTimeout(10_000, () => asking.destroy(new Error('no answer in 10 s')))
    asking.end(isPost ? 'body '.repeat(50) : undefined)
    try {
      const [response] = await once(asking, 'response')
      for await (const _ of response);
      if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
      served++
    } catch (error) {
      failed.push(error.code ?? error.message)
    }
  }
  const begun = performance.now()
  while (!isOver || sent < options.count) {
    const due = Math.floor(((performance.now() - begun) / 1000) * options.perSecond)
    for (; sent < due; sent++) {
      const asking = one(sent)
      asked.add(asking)
      asking.finally(() => asked.delete(asking))
    }
    await delay(2)
  }
  await Promise.all(asked)
  return { sent, served, failed: failed.length, codes: [...new Set(failed)] }
}

/** @returns what ends it */
function askOverAndOver(connections, onAnswer) {
  const text = 'GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n'
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(Number(port), '127.0.0.1')
    let begun = performance.now()
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', () => {
      const now = performance.now()
      onAnswer(now - begun)
      begun = now
      socket.write(text)
    })
    socket.write(text)
    return socket
  })
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

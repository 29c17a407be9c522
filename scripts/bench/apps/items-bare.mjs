// Work without a queue that knows anything: a process that appends what comes to a file, answers once it is on the disk, and hands it to
// processes that do nothing with it. What is durable cannot be faster with the same hops. Prints what it measured as JSON.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [, , dir, counts, role] = process.argv
const at = join(dir, 'bare.sock')
const concurrency = 16
const nowMs = () => Number(process.hrtime.bigint()) / 1e6

if (role === 'keeper') await keep()
else if (role === 'worker') work()
else await measure(JSON.parse(counts))

/** Messages of one line; those of a turn go out in one write. */
function linesOn(socket, onMessage) {
  let rest = ''
  let out = ''
  socket.on('data', chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) onMessage(JSON.parse(line))
  })
  socket.on('error', () => process.exit())
  return message => {
    if (out === '')
      setImmediate(() => {
        socket.write(out)
        out = ''
      })
    out += `${JSON.stringify(message)}\n`
  }
}

async function keep() {
  const file = openSync(join(dir, 'bare.items'), 'a')
  const waiting = []
  const workers = []
  let turn = []
  const commit = () => {
    const steps = turn
    turn = []
    writeSync(file, steps.map(({ note }) => `${JSON.stringify(note)}\n`).join(''))
    fdatasyncSync(file)
    for (const { onSaved } of steps) onSaved()
    for (let worker = freest(); worker && waiting.length > 0; worker = freest()) {
      worker.busy++
      worker.say(waiting.shift().item)
    }
  }
  const save = step => {
    if (turn.length === 0) setImmediate(commit)
    turn.push(step)
  }
  const freest = () => {
    const [best] = workers.toSorted((a, b) => a.busy - b.busy)
    return best && best.busy < concurrency ? best : undefined
  }
  const askers = new Map()
  const server = net.createServer(socket => {
    const me = { busy: 0 }
    me.say = linesOn(socket, message => {
      if (message.hello) workers.push(me)
      else if ('result' in message) {
        me.busy--
        save({ note: message, onSaved: () => askers.get(message.id)?.(message) })
      } else {
        askers.set(message.id, me.say)
        save({
          note: message,
          onSaved: () => {
            waiting.push({ item: message })
            me.say({ added: message.id })
          },
        })
      }
    })
  })
  server.listen(at, () => process.send('listening'))
  process.on('disconnect', () => process.exit())
}

function work() {
  const socket = net.connect(at)
  const say = linesOn(socket, ({ id, sentMs }) => say({ id, result: sentMs === undefined ? null : nowMs() - sentMs }))
  say({ hello: true })
  process.send('working')
  process.on('disconnect', () => process.exit())
}

async function measure({ one, many, lates }) {
  rmSync(at, { force: true })
  const begin = async what => {
    const child = fork(fileURLToPath(import.meta.url), [dir, counts, what])
    await once(child, 'message')
    return child
  }
  const children = [await begin('keeper')]
  const told = new Map()
  const say = linesOn(net.connect(at), message => {
    const key = 'added' in message ? `added ${message.added}` : `done ${message.id}`
    told.get(key)?.(message)
    told.delete(key)
  })
  const heard = key => new Promise(resolve => told.set(key, resolve))
  let id = 0
  const rates = async (count, producers) => {
    const startMs = nowMs()
    const ends = []
    let made = 0
    const produce = async () => {
      while (made++ < count) {
        const own = ++id
        ends.push(heard(`done ${own}`))
        say({ id: own, fn: 'work', args: [] })
        await heard(`added ${own}`)
      }
    }
    await Promise.all(Array.from({ length: producers }, produce))
    const addedMs = nowMs() - startMs
    await Promise.all(ends)
    return { added: (count / addedMs) * 1000, done: (count / (nowMs() - startMs)) * 1000 }
  }
  const result = { rates: {}, late: [] }
  for (const workers of [1, 4]) {
    while (children.length <= workers) children.push(await begin('worker'))
    await rates(many / 10, 64)
    for (const [producers, count] of [
      [1, one],
      [64, many],
    ])
      result.rates[`${producers}-${workers}`] = await rates(count, producers)
    if (workers > 1) continue
    for (let n = 0; n < lates; n++) {
      const own = ++id
      const done = heard(`done ${own}`)
      say({ id: own, sentMs: nowMs() })
      result.late.push((await done).result)
    }
  }
  console.log(JSON.stringify(result))
  for (const child of children) child.disconnect()
  process.exit()
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { awakeMs, deadline, deadlineSignal } from '../../protocol/deadline.ts'

/** Keeps this process from running, as SIGSTOP does. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function late(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  deadline(resolve, ms)
  await promise
}

test('deadline() comes after its time, and not before', async () => {
  for (const ms of [0, 1, 55, 240]) {
    const begun = performance.now()
    await late(ms)
    const took = performance.now() - begun
    // The loop counts whole milliseconds, and may have begun one a moment before.
    assert.ok(took > ms - 1, `${took} ms for ${ms}`)
  }
})

test('deadline() lets an answer that came while the process was frozen be read first', async () => {
  const child = spawn('sh', ['-c', 'read line; sleep 0.1; echo answer'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const happened: string[] = []
  child.stdout.once('data', () => happened.push('answer'))
  const closed = once(child, 'close')
  await once(child, 'spawn')
  child.stdin.end('go\n')
  const isLate = late(60).then(() => happened.push('late'))
  // As long as the answer takes, and longer than the deadline.
  freeze(300)
  await isLate
  assert.equal(happened, ['answer', 'late'])
  await closed
})

test('deadline() does not count the time in which the process was frozen', async () => {
  const [begun, begunAwake] = [performance.now(), awakeMs()]
  const isLate = late(200)
  setTimeout(() => freeze(500), 30)
  await isLate
  const took = performance.now() - begun
  assert.ok(took >= 590, `${took} ms`)
  assert.ok(awakeMs() - begunAwake < took - 380, 'the clock stood still meanwhile')
})

test('awakeMs() counts a freeze once, however many deadlines see it', async () => {
  const isLate = [100, 110, 120, 5].map(late)
  const [begun, begunAwake] = [performance.now(), awakeMs()]
  freeze(300)
  await Promise.all(isLate)
  const [took, tookAwake] = [performance.now() - begun, awakeMs() - begunAwake]
  // If each of them counted it, more would be frozen than the time that all took.
  assert.ok(took - tookAwake > 200 && tookAwake > 0, `${took} and ${tookAwake} ms`)
})

test('deadline() ends in a loop that is late all the time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const busy = setInterval(() => freeze(80), 1)
  deadline(resolve, 100)
  await promise
  clearInterval(busy)
})

test('deadline() is cleared at any step, waits its whole time again if refreshed, and takes any length', async () => {
  const never = () => assert.unreachable('it was cleared')
  const cleared = deadline(never, 150)
  const endless = [30 * 86_400_000, Number.MAX_SAFE_INTEGER, 1e300].map(ms => deadline(never, ms))
  setTimeout(() => clearTimeout(cleared), 90)
  const begun = performance.now()
  const { promise, resolve } = Promise.withResolvers<void>()
  const refreshed = deadline(resolve, 150)
  setTimeout(() => refreshed.refresh(), 120)
  await promise
  assert.ok(performance.now() - begun >= 268)
  for (const timer of endless) clearTimeout(timer)
})

test('deadlineSignal() is aborted with a reason that says why', async () => {
  const signal = deadlineSignal(1)
  const alive = setTimeout(() => {}, 60_000)
  await once(signal, 'abort')
  clearTimeout(alive)
  assert.is(signal.reason.name, 'TimeoutError')
})

test.run()

// What followLogs() gives while files grow, are rotated, appear and go. Not tested: what it costs with many pods.
import { rename, rm } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readBytes } from '../../../daemon/logs/bytes.ts'
import type { LogQuery } from '../../../daemon/logs/log-query.ts'
import { followLogs } from '../../../daemon/logs/query.ts'
import { host, LogDir, out, outPart } from './log-dir.ts'

const deadlineMs = 20_000

/** Follows and collects texts; whoever waits is woken by each batch. */
class Following implements AsyncDisposable {
  readonly texts: string[] = []
  #abort = new AbortController()
  #woken = Promise.withResolvers<void>()
  #ended: Promise<void>

  constructor(dir: string, query: LogQuery = {}, read = readBytes) {
    this.#ended = this.#collect(followLogs(dir, query, { signal: this.#abort.signal, read }))
    // It is awaited at the end; until then nobody may be listening.
    this.#ended.catch(() => {})
  }

  /** Waits until so many texts are there. */
  async count(count: number): Promise<string[]> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`only ${this.texts.length} texts came`)), deadlineMs)
    try {
      while (this.texts.length < count) await Promise.race([this.#woken.promise, this.#ended, late.promise])
      return [...this.texts]
    } finally {
      clearTimeout(timer)
    }
  }

  /** Aborts and waits for the end. */
  async end(): Promise<string[]> {
    this.#abort.abort()
    await this.#ended
    return this.texts
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }

  async #collect({ before, after }: ReturnType<typeof followLogs>): Promise<void> {
    for (const batches of [before, after]) {
      for await (const batch of batches) {
        assert.ok(batch.length > 0)
        this.texts.push(...batch.map(({ text }) => text))
        this.#woken.resolve()
        this.#woken = Promise.withResolvers()
      }
    }
  }
}

test('followLogs() gives what is there, then what comes', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'one') + out(2, 'two'))
  await using following = new Following(logs.dir)
  assert.equal(await following.count(2), ['one', 'two'])
  await logs.append('web/1.log', out(3, 'three'))
  await following.count(3)
  await logs.append('web/1.log', out(4, 'four'))
  assert.equal(await following.count(4), ['one', 'two', 'three', 'four'])
})

test('followLogs() begins with the last lines where a limit is given, also with none', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'one') + out(2, 'two') + outPart(3, 'thr'))
  await using last = new Following(logs.dir, { limit: 1 })
  await using none = new Following(logs.dir, { limit: 0 })
  await last.count(1)
  await logs.append('web/1.log', out(4, 'ee') + out(5, 'four'))
  assert.equal(await last.count(3), ['two', 'three', 'four'])
  assert.equal((await none.count(1)).at(-1), 'four')
})

test('followLogs() takes up pods and runs that appear later, and the directory itself', async () => {
  using logs = new LogDir()
  const dir = logs.path('later')
  await using following = new Following(dir)
  await using ofWeb = new Following(dir, { pod: 'web' })
  await using ofRun = new Following(dir, { pod: 'web', run: 2 })
  await logs.append('later/api/1.log', out(1, 'api'))
  await following.count(1)
  await logs.append('later/web/1.log', out(2, 'web.1'))
  await following.count(2)
  await logs.append('later/web/2.log', out(3, 'web.2'))
  await logs.append('later/host.log', host(1, { msg: 'host', pod: 'web' }))
  assert.equal((await following.count(4)).sort(), ['api', 'host', 'web.1', 'web.2'])
  assert.equal((await ofWeb.count(3)).sort(), ['host', 'web.1', 'web.2'])
  assert.equal(await ofRun.count(1), ['web.2'])
})

test('followLogs() waits for the end of a line and of its parts, be they in the next file', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'whole') + outPart(2, 'a'))
  await using following = new Following(logs.dir)
  await following.count(1)
  await logs.append('web/1.log', outPart(3, 'b') + out(4, 'c').slice(0, 20))
  await rename(logs.path('web/1.log'), logs.path('web/1.log.1'))
  await logs.append('web/1.log', out(5, 'd'))
  // The torn line is one of its own: a line never goes on in the next file.
  assert.equal((await following.count(3)).slice(1).sort(), ['2026-11-20T10:00:00.', 'abd'])
})

test('followLogs() gives what has not ended when it is aborted, and when its files are gone', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(0, 'there') + outPart(1, 'gone'))
  await logs.write('api/1.log', outPart(2, 'open') + outPart(3, ' torn').slice(0, -1))
  await using following = new Following(logs.dir)
  await following.count(1)
  await rm(logs.path('web'), { recursive: true })
  assert.equal(await following.count(2), ['there', 'gone'])
  assert.equal(await following.end(), ['there', 'gone', 'open torn'])
})

test('followLogs() misses and doubles nothing while files are rotated and the oldest removed', async () => {
  using logs = new LogDir()
  const total = 40_000
  const perFile = 1000
  await using following = new Following(logs.dir, { pod: 'web' })
  let rotations = 0
  for (let index = 0; index < total; ) {
    let lines = ''
    for (let step = 0; step < 1 + (index % 37) && index < total; step++, index++) {
      if (lines === '' || index % perFile !== 0) lines += out(index, String(index))
      else break
    }
    await logs.append('web/1.log', lines)
    if (index % perFile !== 0) continue
    await rename(logs.path('web/1.log'), logs.path(`web/1.log.${++rotations}`))
    // Removed once it was followed, so that its inode is soon another file's.
    if (rotations % 10 === 0) await following.count(index - perFile)
    if (rotations % 10 === 0) await rm(logs.path(`web/1.log.${rotations - 5}`))
  }
  const texts = await following.count(total)
  assert.is(rotations, total / perFile)
  assert.equal(await following.end(), texts)
  for (let index = 0; index < total; index++) assert.is(texts[index], String(index))
})

test('followLogs() has no gap and no double between what was there and what comes', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', Array.from({ length: 100 }, (_, index) => out(index, String(index))).join(''))
  let next = 100
  // Something is written at every read, and now and then the file is rotated.
  await using following = new Following(logs.dir, {}, async (...args) => {
    if (next < 300) await logs.append('web/1.log', out(next, String(next)))
    if (next % 50 === 0) await rename(logs.path('web/1.log'), logs.path(`web/1.log.${next}`))
    next++
    return await readBytes(...args)
  })
  await following.count(110)
  const written = next
  const texts = await following.count(Math.min(written, 300))
  assert.equal(
    texts,
    texts.map((_, index) => String(index)),
  )
})

test('followLogs() filters what comes', async () => {
  using logs = new LogDir()
  await using following = new Following(logs.dir, { tags: ['db'], until: '2026-11-20T10:00:01.000000000Z' })
  await logs.append(
    'web/1.log',
    out(1, '[db] one') + out(2, '[http] two') + out(2e9, '[db] late') + out(3, '[db] three'),
  )
  assert.equal(await following.count(2), ['[db] one', '[db] three'])
})

test('followLogs() ends at once when aborted before', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'one'))
  const { before, after } = followLogs(logs.dir, {}, { signal: AbortSignal.abort() })
  for (const batches of [before, after]) assert.is((await batches.next()).done, true)
})

test.run()

// What readLogs() gives for files written by hand; query.property.test.ts has the rest. Not tested: unreadable files.
import { rename, rm } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readBytes } from '../../../daemon/logs/bytes.ts'
import { readLogs } from '../../../daemon/logs/query.ts'
import { maxEntryLength } from '../../../daemon/logs/run-entries.ts'
import { all, err, errPart, host, LogDir, out, outPart, texts, time } from './log-dir.ts'

test('readLogs() joins the parts of a line, each stream for itself', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', outPart(1, 'a') + errPart(2, 'x') + outPart(3, 'b') + err(4, 'y') + out(5, 'c'))
  const entries = await all(readLogs(logs.dir, {}))
  assert.equal(entries, [
    { time: time(1), pod: 'web', run: 'web.1', source: 'stdout', tags: [], text: 'abc' },
    { time: time(2), pod: 'web', run: 'web.1', source: 'stderr', tags: [], text: 'xy' },
  ])
})

test('readLogs() joins parts over rotated files, and numbers these as numbers', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(11, 'end'))
  await logs.write('web/1.log.10', outPart(10, 'long '))
  await logs.write('web/1.log.9', out(9, 'before'))
  assert.equal(await texts(readLogs(logs.dir, {})), ['before', 'long end'])
})

test('readLogs() gives a part without its end at the end of the files', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'whole') + outPart(2, 'last ') + outPart(3, 'words'))
  assert.equal(await texts(readLogs(logs.dir, {})), ['whole', 'last words'])
})

test('readLogs() cuts an entry that is too long in two, says so at both, and loses nothing', async () => {
  using logs = new LogDir()
  const part = 'x'.repeat(16 * 1024)
  const count = maxEntryLength / part.length + 6
  await logs.write('web/1.log', outPart(1, part).repeat(count) + out(2, 'end'))
  const entries = await all(readLogs(logs.dir, {}))
  assert.equal(
    entries.map(({ text, tags }) => [text.length, ...tags]),
    [
      [maxEntryLength, 'part'],
      [6 * part.length + 3, 'rest'],
    ],
  )
  assert.ok(entries.map(({ text }) => text).join('') === `${part.repeat(count)}end`)
  const last = await all(readLogs(logs.dir, { limit: 1 }))
  assert.equal(
    last.map(({ text, tags }) => [text.length, ...tags]),
    [[6 * part.length + 3, 'rest']],
  )
})

test('readLogs() gives the end of a line that is longer than what is looked back', async () => {
  using logs = new LogDir()
  const part = '[x]'.padEnd(16 * 1024)
  const perEntry = maxEntryLength / part.length
  await logs.write('web/1.log', out(1, 'before') + outPart(2, part).repeat(3 * perEntry + 5) + out(3, 'end'))
  const read = async (limit: number) =>
    (await all(readLogs(logs.dir, { limit }))).map(({ text, tags }) => [text.length, ...tags])
  const end = [5 * part.length + 3, 'rest']
  assert.equal(await read(1), [end])
  const middle = [maxEntryLength, 'rest', 'part']
  assert.equal(await read(5), [[6], [maxEntryLength, 'x', 'part'], middle, middle, end])
})

test('readLogs() gives a long line whole, wherever one begins to read', async () => {
  using logs = new LogDir()
  const part = 'x'.repeat(16 * 1024)
  const between = (at: number) => err(at, 'between')
  const long = Array.from({ length: 100 }, (_, index) => outPart(3 + index, part) + between(3 + index)).join('')
  await logs.write('web/1.log', out(1, 'before') + between(2) + long + out(200, 'end') + out(300, 'after'))
  const whole = `${part.repeat(100)}end`
  const last = (limit: number) => texts(readLogs(logs.dir, { limit, tags: ['stdout'] }))
  assert.equal(await last(1), ['after'])
  assert.ok((await last(2))[0] === whole)
  assert.equal((await last(3))[0], 'before')
  const since = await texts(readLogs(logs.dir, { since: time(150), tags: ['stdout'] }))
  assert.equal(since, ['after'], 'it began before')
})

test('readLogs() finds lines by their time also where the clock was set back', async () => {
  using logs = new LogDir()
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) =>
      out(1e6 * (from + index), `${from + index} ${'x'.repeat(100)}`),
    ).join('')
  await logs.write('web/1.log.1', lines(1000, 9000))
  await logs.write('web/1.log', lines(3000, 5000))
  const numbers = async (query: object) =>
    (await texts(readLogs(logs.dir, query))).map(text => Number(text.split(' ')[0]))
  const found = await numbers({ since: time(4990e6) })
  assert.equal(found.slice(0, 4), [4990, 4990, 4991, 4991])
  assert.is(found.length, 4010 + 10)
  assert.equal(await numbers({ since: time(4998e6), until: time(5001e6) }), [4998, 4998, 4999, 4999, 5000])
})

test('readLogs() does not let an unfinished line hold back others for ever', async () => {
  using logs = new LogDir()
  const others = Array.from({ length: 2000 }, (_, index) => err(index + 2, 'x'.repeat(1000)))
  await logs.write('web/1.log', `${outPart(1, 'prompt')}${others.join('')}${out(3000, 'answer')}`)
  let batches = 0
  const entries = []
  for await (const batch of readLogs(logs.dir, {}, { blockBytes: 64 * 1024 })) {
    entries.push(...batch.map(({ text }) => text.slice(0, 6)))
    batches++
  }
  assert.equal(entries, ['prompt', ...others.map(() => 'xxxxxx'), 'answer'])
  assert.ok(batches > 10)
})

test('readLogs() keeps text that is no log line, with the time before it', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', `early\n${out(5, 'a')}\nSegmentation fault\n${out(6, 'b')}${time(7)} stdo`)
  const entries = await all(readLogs(logs.dir, { pod: 'web' }))
  assert.equal(
    entries.map(entry => [entry.time, entry.text, ...entry.tags]),
    [
      [time(5), 'early', 'unparsed'],
      [time(5), 'a'],
      [time(5), 'Segmentation fault', 'unparsed'],
      [time(6), 'b'],
      [time(6), `${time(7)} stdo`, 'unparsed'],
    ],
  )
})

test('readLogs() gives a last line that was torn in its text', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'a') + out(2, 'torn here').slice(0, -6))
  assert.equal(await texts(readLogs(logs.dir, {})), ['a', 'torn'])
})

test('readLogs() keeps characters whole that a block cuts', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'é😀é😀') + out(2, '😀'))
  for (let blockBytes = 1; blockBytes < 70; blockBytes++) {
    assert.equal(await texts(readLogs(logs.dir, {}, { blockBytes })), ['é😀é😀', '😀'])
  }
})

test('readLogs() merges host and runs by time; at the same time host comes first, then by pod and run', async () => {
  using logs = new LogDir()
  await logs.write('host.log', host(1, { msg: 'host 1' }) + host(3, { msg: 'host 3' }))
  await logs.write('web/10.log', out(1e6, 'ten 1') + out(2e6, 'ten 2'))
  await logs.write('web/9.log', out(1e6, 'nine 1'))
  await logs.write('api/1.log', out(1e6, 'api 1') + out(3e6, 'api 3'))
  assert.equal(await texts(readLogs(logs.dir, {})), ['host 1', 'api 1', 'nine 1', 'ten 1', 'ten 2', 'host 3', 'api 3'])
})

test('readLogs() keeps the order of a file in which the clock went back', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(5, 'a') + out(3, 'b') + out(6, 'c'))
  await logs.write('web/2.log', out(4, 'd') + out(7, 'e'))
  assert.equal(await texts(readLogs(logs.dir, {})), ['d', 'a', 'b', 'c', 'e'])
})

test('readLogs() with a pod gives its runs, and what the host says of it', async () => {
  using logs = new LogDir()
  const lines = [
    { msg: 'own' },
    { msg: 'web', pod: 'web' },
    { msg: 'web.2', pod: 'web', run: 'web.2' },
    { msg: 'api', pod: 'api' },
  ]
  await logs.write('host.log', lines.map(fields => host(1, fields)).join(''))
  await logs.write('web/1.log', out(2e6, 'first'))
  await logs.write('web/2.log', out(3e6, 'second'))
  await logs.write('api/2.log', out(3e6, 'other'))
  assert.equal(await texts(readLogs(logs.dir, { pod: 'web' })), ['web', 'web.2', 'first', 'second'])
  assert.equal(await texts(readLogs(logs.dir, { pod: 'web', run: 2 })), ['web.2', 'second'])
  assert.equal(await texts(readLogs(logs.dir, { pod: 'none' })), [])
})

test('readLogs() filters by source, by host tag and level, and by what stands in brackets', async () => {
  using logs = new LogDir()
  await logs.write('host.log', host(1, { msg: 'h', tag: 'lifecycle' }))
  await logs.write(
    'web/1.log',
    out(2e6, '[db] d') + outPart(3e6, '[d') + out(4e6, 'b] joined') + err(5e6, 'e') + out(6e6, 'x [db]'),
  )
  const wanted = async (...tags: string[]) => await texts(readLogs(logs.dir, { tags }))
  assert.equal(await wanted('db'), ['[db] d', '[db] joined'])
  assert.equal(await wanted('stderr', 'lifecycle'), ['h', 'e'])
  assert.equal(await wanted('info'), ['h'])
  assert.equal(await wanted('host', 'stdout'), ['h', '[db] d', '[db] joined', 'x [db]'])
  assert.equal(await wanted(), [])
})

test('readLogs() ignores other files, and a directory that is not there', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'a'))
  for (const name of ['1.stdout.raw', '1.log.gz', 'x.log', '1.log.1.tmp', 'host.log'])
    await logs.write(`web/${name}`, out(2, 'no'))
  await logs.write('2.log', out(2, 'no'))
  assert.equal(await texts(readLogs(logs.dir, {})), ['a'])
  assert.equal(await texts(readLogs(logs.path('none'), {})), [])
})

test('readLogs() goes on where a file was rotated or removed while it was read', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log.1', out(1, 'gone').repeat(100))
  await logs.write('web/1.log', out(2, 'renamed').repeat(100))
  await logs.write('web/2.log', out(3, 'other'))
  let reads = 0
  const read: typeof readBytes = async (...args) => {
    const bytes = await readBytes(...args)
    // After the looks at first and last lines, in the middle of the first file.
    if (args[0].name === '1.log.1' && args[1] > 0 && reads++ === 3) {
      await rm(logs.path('web/1.log.1'))
      await rename(logs.path('web/1.log'), logs.path('web/1.log.2'))
      await logs.write('web/1.log', out(4, 'too late'))
    }
    return bytes
  }
  const found = await texts(readLogs(logs.dir, {}, { read, blockBytes: 500 }))
  const count = (text: string) => found.filter(one => one === text).length
  assert.equal([count('renamed'), count('other'), count('too late')], [100, 1, 0])
  assert.ok(count('gone') > 0 && count('gone') < 100)
})

test('readLogs() reads the last entries anew where a file was removed after it was listed', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log.1', out(1, 'gone').repeat(3))
  await logs.write('web/1.log', out(2, 'live'))
  let isFirst = true
  const read: typeof readBytes = async (...args) => {
    if (isFirst) {
      isFirst = false
      await rm(logs.path('web/1.log.1'))
      await rename(logs.path('web/1.log'), logs.path('web/1.log.2'))
      await logs.write('web/1.log', out(3, 'next').repeat(3))
    }
    return await readBytes(...args)
  }
  assert.equal(await texts(readLogs(logs.dir, { limit: 3 }, { read })), ['next', 'next', 'next'])
})

test('readLogs() reads the last entries anew where there are other files by then, and too few were found', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'live').repeat(2))
  let isFirst = true
  const read: typeof readBytes = async (...args) => {
    if (isFirst) await logs.write('web/1.log.7', out(0, 'rotated').repeat(3))
    isFirst = false
    return await readBytes(...args)
  }
  const found = await texts(readLogs(logs.dir, { limit: 4 }, { read }))
  assert.equal(found, ['rotated', 'rotated', 'live', 'live'])
})

test('readLogs() gives as many of the last entries as are asked for', async () => {
  using logs = new LogDir()
  const count = 150_000
  await logs.write('web/1.log', out(1, 'x').repeat(count))
  assert.is((await texts(readLogs(logs.dir, { limit: count }))).length, count)
})

test('readLogs() reads the last entries once where there are as many as have room', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'live').repeat(9))
  let readings = 0
  const read: typeof readBytes = async (...args) => {
    await logs.write(`web/1.log.${++readings}`, out(0, 'rotated'))
    return await readBytes(...args)
  }
  const found = await texts(readLogs(logs.dir, { limit: 9, limitBytes: 1 }, { read }))
  assert.equal(found, ['live'])
  assert.ok(readings < 5, String(readings))
})

test('readLogs() does not read for ever where files go each time', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'kept') + out(2, 'gone'))
  const short: typeof readBytes = async (file, at, length) =>
    (await readBytes(file, at, length)).subarray(0, out(1, 'kept').length)
  assert.equal(await texts(readLogs(logs.dir, { limit: 3 }, { read: short })), ['kept'])
})

test('readLogs() ends when aborted', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', out(1, 'x').repeat(1000))
  const abort = new AbortController()
  let batches = 0
  for await (const _ of readLogs(logs.dir, {}, { signal: abort.signal, blockBytes: 500 })) {
    batches++
    abort.abort()
  }
  assert.is(batches, 1)
})

test('readLogs() gives lines without a time that of their file, also the last ones', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', `${'x'.repeat(100)}\n`.repeat(1000))
  for (const query of [{}, { limit: 1 }]) {
    const [entry] = await all(readLogs(logs.dir, query))
    assert.match(entry?.time ?? '', /^\d{4}-.*Z$/)
  }
})

test.run()

// pod.json as the host reads and writes it. Not here: that somebody watches it (e2e/adoption.test.ts).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Desired, imageOf, specOf } from '../../../daemon/store/desired.ts'
import { DesiredFile } from '../../../daemon/store/desired-file.ts'
import { stateText } from '../../../daemon/store/state-file.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { type LaterCall, openBelow, whileNthFails } from '../../nth-call.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const hash = (digit: string) => digit.repeat(64)
const desired: Desired = {
  v: 1,
  images: [
    { version: 1, hash: hash('a'), size: 10, pushedAt: '2026-11-20T10:00:00.000Z', file: 'app.ts' },
    { version: 2, hash: hash('b'), size: 20, pushedAt: '2026-11-20T11:00:00.000Z' },
  ],
  version: 1,
  params: { value: '24' },
  config: { scale: 2 },
  want: 'up',
  generation: 3,
}

const fileIn = (at: Scratch) => new DesiredFile(at.path('pod.json'), { wallMs: () => Date.UTC(2026, 10, 20) })

test('read() tells nothing, desired, and unchanged', async () => {
  using at = scratch()
  const file = fileIn(at)
  assert.equal(await file.read(), { found: 'nothing' })
  writeFileSync(at.path('pod.json'), stateText(desired))
  assert.equal(await file.read(), { found: 'desired', desired })
  assert.equal(await file.read(), { found: 'unchanged' })
})

test("read() takes the host's own writes for unchanged, and a person's edit for what it is", async () => {
  using at = scratch()
  const file = fileIn(at)
  assert.is(await file.write(desired), undefined)
  assert.equal(await file.read(), { found: 'unchanged' })
  writeFileSync(at.path('pod.json'), stateText({ ...desired, scale: 5 }))
  assert.equal(await file.read(), { found: 'desired', desired: { ...desired, scale: 5 } })
  await file.write(desired)
  assert.equal(await file.read(), { found: 'unchanged' })
})

test('read() tells an edit that goes back to what was before', async () => {
  using at = scratch()
  const file = fileIn(at)
  await file.write(desired)
  await file.write({ ...desired, want: 'idle' })
  writeFileSync(at.path('pod.json'), stateText(desired))
  assert.equal(await file.read(), { found: 'desired', desired })
})

test('read() fills in what may be left out', async () => {
  using at = scratch()
  const { images } = desired
  writeFileSync(at.path('pod.json'), JSON.stringify({ v: 1, images, version: 0, want: 'idle' }))
  const reading = await fileIn(at).read()
  assert.equal(reading, {
    found: 'desired',
    desired: { v: 1, images, version: 0, want: 'idle', params: {}, config: {}, generation: 0 },
  })
})

for (const [what, text] of [
  ['torn', stateText(desired).slice(0, 50)],
  ['empty', ''],
  ['of a newer version', stateText({ ...desired, v: 2 })],
  ['without a version of the pod', stateText({ ...desired, images: [] })],
  ['with a want there is not', stateText({ ...desired, want: 'down' })],
  ['with an unknown key', stateText({ ...desired, scael: 3 })],
  ['with a param that is not a text', stateText({ ...desired, params: { value: 24 } })],
  ['with a hash that is a path', stateText({ ...desired, images: [{ ...desired.images[0], hash: '../../etc' }] })],
  ['with a scale of 0', stateText({ ...desired, scale: 0 })],
  ['with a config that is wrong', stateText({ ...desired, config: { sclae: 2 } })],
] as const) {
  test(`read() tells a file that is ${what} once, and leaves it as it is`, async () => {
    using at = scratch()
    writeFileSync(at.path('pod.json'), text)
    const file = fileIn(at)
    const reading = await file.read()
    assert.is(reading.found, 'broken')
    if (reading.found === 'broken') assert.match(reading.error.message, at.path('pod.json'))
    assert.equal(await file.read(), { found: 'unchanged' })
    assert.is(readFileSync(at.path('pod.json'), 'utf8'), text)
  })
}

test('write() puts a broken text aside and says where, never over it', async () => {
  using at = scratch()
  writeFileSync(at.path('pod.json'), 'garbage')
  const file = fileIn(at)
  await file.read()
  const aside = await file.write(desired)
  assert.ok(aside?.startsWith(at.path('pod.json.broken-')))
  assert.is(readFileSync(aside as string, 'utf8'), 'garbage')
  assert.is(readFileSync(at.path('pod.json'), 'utf8'), stateText(desired))
  assert.equal(readdirSync(at.dir).length, 2)
})

test('write() that fails changes nothing of what is known', async () => {
  using at = scratch()
  const file = new DesiredFile(at.path('no/such/pod.json'), { wallMs: () => 0 })
  await failsWith('save_failed', () => file.write(desired))
  assert.not.ok(existsSync(at.path('no')))
  assert.equal(await file.read(), { found: 'nothing' })
})

test('imageOf() is the newest for version 0, the one with the number, or none', () => {
  assert.is(imageOf({ ...desired, version: 0 })?.version, 2)
  assert.is(imageOf(desired)?.hash, hash('a'))
  assert.is(imageOf(desired, 9), undefined)
})

test('specOf() changes with image, params, config and generation, and with nothing else', () => {
  const spec = specOf(desired)
  assert.match(spec, /^[0-9a-f]{16}$/)
  for (const same of [
    { scale: 7 },
    { want: 'idle' as const },
    { images: [...desired.images, { version: 3, hash: hash('c'), size: 1, pushedAt: '' }] },
  ]) {
    assert.is(specOf({ ...desired, ...same }), spec, JSON.stringify(same))
  }
  for (const other of [
    { version: 2 },
    { params: { value: '25' } },
    { params: {} },
    { config: { scale: 3 } },
    { generation: 4 },
  ]) {
    assert.is.not(specOf({ ...desired, ...other }), spec, JSON.stringify(other))
  }
})

test('specOf() does not depend on the order of keys', () => {
  assert.is(specOf({ ...desired, params: { a: '1', b: '2' } }), specOf({ ...desired, params: { b: '2', a: '1' } }))
  assert.is(
    specOf({ ...desired, config: { check: { interval: 1, timeout: 2 } } }),
    specOf({ ...desired, config: { check: { timeout: 2, interval: 1 } } }),
  )
  assert.is.not(
    specOf({ ...desired, config: { nodeFlags: ['--a', '--b'] } }),
    specOf({ ...desired, config: { nodeFlags: ['--b', '--a'] } }),
    'but on that of a list',
  )
})

test('whichever call fails, write() has put it in place, or all is as it was: the file, a broken one too, and what is known', async () => {
  const next: Desired = { ...desired, scale: 9 }
  for (const before of [stateText(desired), 'broken']) {
    for (const call of ['open', 'readFile', 'writeFile', 'rename', 'rm', 'fsync', 'close'] satisfies LaterCall[]) {
      for (let number = 1, wasReached = true; wasReached; number++) {
        using at = scratch()
        const file = fileIn(at)
        writeFileSync(at.path('pod.json'), before)
        await file.read()
        let error: unknown
        const write = async () => {
          error = await file.write(next).then(
            () => undefined,
            refused => refused,
          )
        }
        wasReached = await whileNthFails(write, { calls: [call], at: number, code: 'EIO' })
        const what = `${before.slice(0, 6)} ${call} ${number}: ${error}`
        const found = readFileSync(at.path('pod.json'), 'utf8')
        assert.is(found, error === undefined ? stateText(next) : before, what)
        if (error !== undefined) assert.instance(error, P8aError, what)
        assert.equal((await file.read()).found, 'unchanged', what)
        assert.equal(openBelow(at.dir), [], what)
        await file.write(desired)
        assert.equal([readFileSync(at.path('pod.json'), 'utf8'), file.isSaved], [stateText(desired), true], what)
        assert.ok(number < 50, what)
      }
    }
  }
})

test.run()

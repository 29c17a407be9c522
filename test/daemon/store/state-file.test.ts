// State files: whole or not at all. Not here: a loss of power, and a disk that is full in earnest.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import {
  asSaveError,
  makeStateFolder,
  parseState,
  putAside,
  readStateText,
  saveError,
  stateText,
  writeState,
} from '../../../daemon/store/state-file.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { type LaterCall, openBelow, whileNthFails } from '../../nth-call.ts'
import { scratch } from '../../scratch.ts'

const schema = v.strictObject({ v: v.literal(1), name: v.string(), list: v.array(v.object({ n: v.number() })) })
const good = { v: 1, name: 'web', list: [{ n: 1 }] }

function broken(text: string): P8aError {
  try {
    parseState('/data/x.json', text, schema)
  } catch (error) {
    assert.instance(error, P8aError)
    return error as P8aError
  }
  return assert.unreachable(text) as never
}

test('what writeState() wrote is read back, and no other file is left', async () => {
  using at = scratch()
  const file = at.path('x.json')
  for (const durable of [true, false]) {
    await writeState(file, { ...good, durable }, { durable })
    const text = await readStateText(file)
    assert.is(text, stateText({ ...good, durable }))
    assert.equal(readdirSync(at.dir), ['x.json'])
    assert.is(statSync(file).mode & 0o777, 0o600)
  }
})

test('writeState() never lets a reader see half a file', async () => {
  using at = scratch()
  const file = at.path('x.json')
  const value = (turn: number) => ({ v: 1, turn, filling: 'x'.repeat(turn % 2 === 0 ? 10 : 200_000) })
  await writeState(file, value(0), { durable: false })
  let isOver = false
  const reads = (async () => {
    let count = 0
    for (; !isOver; count++) JSON.parse((await readStateText(file)) ?? 'gone')
    return count
  })()
  for (let turn = 1; turn <= 60; turn++) await writeState(file, value(turn), { durable: false })
  isOver = true
  assert.ok((await reads) > 0)
})

test('writeState() at once by several writers leaves one of them whole', async () => {
  using at = scratch()
  const file = at.path('x.json')
  await Promise.all(Array.from({ length: 20 }, (_, index) => writeState(file, { v: 1, index }, { durable: false })))
  assert.type(JSON.parse(readFileSync(file, 'utf8')).index, 'number')
  assert.equal(readdirSync(at.dir), ['x.json'])
})

test('writeState() that fails leaves what was there, and names the file', async () => {
  using at = scratch()
  mkdirSync(at.path('x.json'))
  const error = await failsWith('save_failed', () => writeState(at.path('x.json'), good, { durable: true }))
  assert.match(error.message, at.path('x.json'))
  assert.ok(error.hint)
  assert.ok(statSync(at.path('x.json')).isDirectory())
  await failsWith('save_failed', () => writeState(at.path('no/such/x.json'), good, { durable: true }))
})

test('saveError() calls a full disk no_space', () => {
  for (const code of ['ENOSPC', 'EDQUOT'])
    assert.is(saveError('/x', Object.assign(new Error('full'), { code })).code, 'no_space')
  assert.is(saveError('/x', Object.assign(new Error('no'), { code: 'EACCES' })).code, 'save_failed')
  assert.is(saveError('/x', 'odd').code, 'save_failed')
})

test('readStateText() has nothing where there is no file, and throws where it cannot know', async () => {
  using at = scratch()
  assert.is(await readStateText(at.path('none.json')), undefined)
  await failsWith('state_broken', () => readStateText(at.dir))
})

test('parseState() reads a file that is right', () => {
  assert.equal(parseState('/x', JSON.stringify(good), schema), good)
})

test('parseState() of any beginning of a file is broken, never half a state', () => {
  const text = stateText(good)
  for (let end = 0; end < text.trimEnd().length; end++) {
    const error = broken(text.slice(0, end))
    assert.is(error.code, 'state_broken')
    assert.match(error.message, '/data/x.json')
  }
})

for (const [what, text, message] of [
  ['garbage', '\0\0\0\0', /not JSON/],
  ['nothing', '', /not JSON/],
  ['another JSON', '[]', /./],
  ['null', 'null', /./],
  ['a number', '5', /./],
  ['a file of a newer version', '{"v":2,"name":"web","new":true}', /newer p8a.*version 2/],
  ['a file without version', '{"name":"web","list":[]}', /v: /],
  ['a wrong type', '{"v":1,"name":5,"list":[]}', /name: /],
  ['a wrong type deep within', '{"v":1,"name":"web","list":[{"n":1},{"n":"x"}]}', /list\.1\.n: /],
  ['an unknown key', '{"v":1,"name":"web","list":[],"nmae":1}', /nmae/],
] as const) {
  test(`parseState() says of ${what} which file it is and what is wrong`, () => {
    const error = broken(text)
    assert.is(error.code, 'state_broken')
    assert.match(error.message, message)
    assert.equal([error.facts.file, error.hint !== undefined], ['/data/x.json', true])
  })
}

test('putAside() keeps a broken file beside itself', async () => {
  using at = scratch()
  writeFileSync(at.path('x.json'), 'garbage')
  const aside = await putAside(at.path('x.json'), Date.UTC(2026, 10, 20))
  assert.equal(readdirSync(at.dir), ['x.json.broken-2026-11-20T000000.000Z'])
  assert.is(readFileSync(aside, 'utf8'), 'garbage')
})

test('asSaveError() and makeStateFolder() give an error of the system a code, and leave any other as it is', async () => {
  using at = scratch()
  const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', errno: -28 })
  assert.is((asSaveError('/file', full) as P8aError).code, 'no_space')
  const bug = new TypeError('a bug')
  assert.is(asSaveError('/file', bug), bug)
  await makeStateFolder(at.path('new/folder'))
  at.file('file', '')
  assert.is(await makeStateFolder(at.path('file/folder')).catch(error => error.code), 'save_failed')
})

const calls = ['open', 'readFile', 'writeFile', 'rename', 'rm', 'fsync', 'close'] satisfies LaterCall[]

test('whichever call fails, writeState() has written the whole, or leaves what was there and says so', async () => {
  for (const durable of [true, false]) {
    for (const call of calls) {
      for (let number = 1, wasReached = true; wasReached; number++) {
        using at = scratch()
        const file = at.path('x.json')
        const text = () => readFileSync(file, 'utf8')
        await writeState(file, 'before', { durable })
        let error: unknown
        const write = async () => {
          error = await writeState(file, 'now', { durable }).catch(refused => refused)
        }
        wasReached = await whileNthFails(write, { calls: [call], at: number, code: 'ENOSPC' })
        const what = `${durable} ${call} ${number}`
        if (error !== undefined) assert.is((error as P8aError).code, 'no_space', what)
        assert.is(text(), stateText(error === undefined ? 'now' : 'before'), what)
        assert.equal([readdirSync(at.dir), openBelow(at.dir)], [['x.json'], []], what)
        await writeState(file, 'next', { durable })
        assert.is(text(), stateText('next'), what)
        assert.ok(number < 50, what)
      }
    }
  }
})

test('whatever fails from some call on, a state file is never half of one', async () => {
  for (const call of calls) {
    for (let number = 1, wasReached = true; wasReached; number++) {
      using at = scratch()
      const file = at.path('x.json')
      await writeState(file, 'before', { durable: true })
      const write = async () => void (await writeState(file, 'now', { durable: true }).catch(() => {}))
      wasReached = await whileNthFails(write, { calls: [call], at: number, code: 'EIO', isForGood: true })
      const found = readFileSync(file, 'utf8')
      assert.ok([stateText('before'), stateText('now')].includes(found), `${call} ${number}: ${found}`)
      assert.equal(openBelow(at.dir), [], `${call} ${number}`)
    }
  }
})

test.run()

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nobody, OwnerFile } from '../../../daemon/tree/owner-file.ts'
import { whileNthFails } from '../../nth-call.ts'
import { scratch } from '../../scratch.ts'

function opened(dir: string) {
  const said: string[] = []
  const say = (_: string, message: string) => void said.push(message)
  const log = { info: say, warn: say, error: say, close: () => {} }
  const clock = { nowMs: () => 0, wallMs: () => Date.UTC(2026, 10, 20) }
  return { said, file: new OwnerFile(join(dir, 'owner.json'), { log, clock }) }
}

const owned = { owner: { path: 'outer', pod: 'lab' }, isClosed: false }

test('read() gives what write() saved, closed or not, made by another pod or not', async () => {
  using at = scratch()
  const { file } = opened(at.dir)
  assert.is(await file.read('outer.lab'), undefined)
  const imported = { owner: { ...owned.owner, imported: 'tenant' }, isClosed: true }
  for (const each of [owned, imported]) {
    await file.write(each)
    assert.equal(await opened(at.dir).file.read('outer.lab'), each)
  }
})

test("read() makes a host whose file is broken nobody's, and says so", async () => {
  using at = scratch()
  const { file, said } = opened(at.dir)
  writeFileSync(join(at.dir, 'owner.json'), '{"v":1,"path":"outer"}')
  assert.equal(await file.read('outer.lab'), { owner: { path: 'outer', pod: nobody }, isClosed: false })
  assert.match(said.join('\n'), /the pods at outer\.lab keep running until a pod mounts it again/)
})

test('write() puts a broken file aside, once', async () => {
  using at = scratch()
  const { file, said } = opened(at.dir)
  writeFileSync(join(at.dir, 'owner.json'), 'damaged')
  await file.read('outer.lab')
  await file.write(owned)
  await file.write({ ...owned, isClosed: true })
  const [aside, ...others] = readdirSync(at.dir).filter(name => name !== 'owner.json')
  assert.equal(others, [])
  assert.is(readFileSync(join(at.dir, aside ?? ''), 'utf8'), 'damaged')
  assert.is(said.filter(line => line.includes('was renamed to')).length, 1)
  assert.equal(await file.read('outer.lab'), { ...owned, isClosed: true })
})

test('write() that fails leaves a broken file where it is, and the next one replaces it', async () => {
  for (const call of ['writeFile', 'rename', 'fsync'] as const) {
    for (let number = 1, wasReached = true; wasReached; number++) {
      using at = scratch()
      const { file } = opened(at.dir)
      const path = join(at.dir, 'owner.json')
      writeFileSync(path, 'damaged')
      await file.read('outer.lab')
      let error: unknown
      const write = async () => {
        error = await file.write(owned).catch(refused => refused)
      }
      wasReached = await whileNthFails(write, { calls: [call], at: number, code: 'ENOSPC' })
      assert.is(readFileSync(path, 'utf8') === 'damaged', error !== undefined, `${call} ${number}`)
      if (error !== undefined) await file.write(owned)
      assert.equal(await opened(at.dir).file.read('outer.lab'), owned)
      assert.is(readdirSync(at.dir).length, 2, `${call} ${number}`)
    }
  }
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cycleIn, dependentsFirst, inOrder, turnstile } from '../../../cli/project/order.ts'

const pod = (name: string, ...needs: string[]) => ({ name, needs })

test('cycleIn() finds pods that need each other, and only those', () => {
  assert.is(cycleIn([pod('a', 'b', 'c'), pod('b', 'c'), pod('c', 'elsewhere')]), undefined)
  assert.equal(cycleIn([pod('a', 'b'), pod('b', 'c'), pod('c', 'b')]), ['b', 'c', 'b'])
  assert.equal(cycleIn([pod('a', 'a')]), ['a', 'a'])
})

test('inOrder() does each pod behind those that it needs, those without needs at once, and skips what failed for them', async () => {
  const done: string[] = []
  const skipped: string[] = []
  let most = 0
  let now = 0
  const work = async ({ name }: { name: string }) => {
    most = Math.max(most, ++now)
    await new Promise(resolve => setImmediate(resolve))
    now--
    done.push(name)
    return name !== 'bad'
  }
  const pods = [pod('web', 'api'), pod('api', 'db'), pod('db'), pod('late', 'late2'), pod('late2', 'bad'), pod('bad')]
  await inOrder(pods, { most: 4, work, skip: ({ name }, need) => skipped.push(`${name}<${need}`) })
  assert.ok(done.indexOf('db') < done.indexOf('api') && done.indexOf('api') < done.indexOf('web'))
  assert.equal(skipped, ['late2<bad', 'late<late2'])
  assert.is(most, 2, 'db and bad at once')
})

test('inOrder() starts as many at once as it may', async () => {
  let now = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++now)
    await new Promise(resolve => setImmediate(resolve))
    now--
    return true
  }
  await inOrder([pod('a'), pod('b'), pod('c')], { most: 2, work, skip: () => {} })
  assert.is(most, 2)
})

test('dependentsFirst() puts each pod before those that it needs', () => {
  const names = (pods: readonly { name: string }[]) => pods.map(({ name }) => name)
  assert.equal(names(dependentsFirst([pod('db'), pod('api', 'db'), pod('web', 'api')])), ['web', 'api', 'db'])
  assert.equal(
    names(dependentsFirst([pod('a', 'b'), pod('b', 'a')])).sort(),
    ['a', 'b'],
    'a circle too comes to an end',
  )
})

test('turnstile() lets the next one through when one has failed', async () => {
  const gate = turnstile(1)
  const failed = gate(async () => {
    throw new Error('no')
  }).catch(error => (error as Error).message)
  assert.equal(await Promise.all([failed, gate(async () => 'yes')]), ['no', 'yes'])
})

test.run()

// Events are handled one at a time, in the order they came.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inbox } from '../../../daemon/system/inbox.ts'

test('put() handles one event after the other, and resolves when its own has been', async () => {
  const done: string[] = []
  const gates = new Map(['a', 'b'].map(name => [name, Promise.withResolvers<void>()]))
  const inbox = new Inbox<string>(async event => {
    done.push(`${event} begins`)
    await gates.get(event)?.promise
    done.push(`${event} ends`)
  })
  const [a, b] = [inbox.put('a'), inbox.put('b')]
  assert.equal(done, ['a begins'], 'the first is begun at once')
  gates.get('b')?.resolve()
  gates.get('a')?.resolve()
  await a
  await b
  assert.equal(done, ['a begins', 'a ends', 'b begins', 'b ends'])
})

test('put() puts what comes of an event behind what came meanwhile, so that a stop overtakes a retry', async () => {
  const done: string[] = []
  const retried = Promise.withResolvers<void>()
  const inbox: Inbox<string> = new Inbox(async event => {
    await undefined
    done.push(event)
    if (event === 'start') void inbox.put('retry').then(retried.resolve)
  })
  await Promise.all([inbox.put('start'), inbox.put('stop'), retried.promise])
  assert.equal(done, ['start', 'stop', 'retry'])
})

test('put() handles what comes when all was handled', async () => {
  const done: number[] = []
  const inbox = new Inbox<number>(async event => void done.push(event))
  await inbox.put(1)
  await inbox.put(2)
  assert.equal(done, [1, 2])
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Turns } from '../../../pods/gateway/turns.ts'

type Seen = { status: string; epoch?: number }
const pods = (all: Record<string, Seen>) => new Map(Object.entries(all))
const up = { status: 'up' }
const idle = { status: 'idle' }

test('Turns tells what others have begun and ended, not what was so at first, nor a run that follows another', () => {
  const turns = new Turns()
  assert.equal(turns.look(pods({ web: up, db: idle })), [])
  assert.equal(turns.look(pods({ web: { status: 'waiting' }, db: { status: 'starting' } })), [])
  assert.equal(turns.look(pods({ web: up, db: up })), [{ pod: 'db', turn: 'start' }])
  assert.equal(turns.look(pods({ web: { status: 'stopping' }, db: up })), [])
  assert.equal(turns.look(pods({ web: idle, db: up, job: up })), [
    { pod: 'web', turn: 'stop' },
    { pod: 'job', turn: 'start' },
  ])
  assert.equal(turns.look(pods({ web: idle, job: up })), [{ pod: 'db', turn: 'stop' }], 'one that is gone has stopped')
})

test('Turns tells nothing of what a gateway has done, this one or another', () => {
  const turns = new Turns()
  turns.look(pods({ web: up }))
  turns.expect('web', 'stop')
  assert.equal(turns.look(pods({ web: { status: 'stopping' } })), [])
  assert.equal(turns.look(pods({ web: idle })), [])
  assert.equal(turns.look(pods({ web: { status: 'up', epoch: 1 } })), [], 'another gateway has woken it')
  turns.expect('web', 'start')
  assert.equal(turns.look(pods({ web: { status: 'idle', epoch: 1 } })), [{ pod: 'web', turn: 'stop' }])
  assert.equal(turns.look(pods({ web: { status: 'up', epoch: 1 } })), [{ pod: 'web', turn: 'start' }])
})

test('Turns: what this gateway has asked for and was refused is told when others do it', () => {
  const turns = new Turns()
  turns.look(pods({ web: up }))
  turns.expect('web', 'stop')
  turns.forget('web')
  assert.equal(turns.look(pods({ web: idle })), [{ pod: 'web', turn: 'stop' }])
})

test.run()

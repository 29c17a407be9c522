import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { maxCallLineBytes } from '../../../protocol/calls.ts'
import { LineSplitter } from '../../../protocol/lines.ts'
import { Call } from '../../../shim/calls/call.ts'
import { Dialled } from '../../../shim/calls/dialled.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { calleeOn, Met } from './met.ts'

test('busy is how many calls are under way', async () => {
  const gate = Promise.withResolvers<string>()
  using met = new Met({ wait: () => gate.promise, ping: () => 'pong' })
  const dialled = await met.dial()
  const web = calleeOn(dialled)
  const waiting = web.wait?.()
  assert.is(dialled.busy, 1)
  assert.is(await web.ping?.(), 'pong')
  assert.is(dialled.busy, 1)
  gate.resolve('done')
  assert.equal([await waiting, dialled.busy], ['done', 0])
  assert.is(await web.ping?.(), 'pong', 'a connection without calls stays')
})

test('retire() closes once the calls that are under way are over', async () => {
  const gate = Promise.withResolvers<string>()
  using met = new Met({ wait: () => gate.promise })
  const dialled = await met.dial()
  const waiting = calleeOn(dialled).wait?.()
  dialled.retire()
  gate.resolve('done')
  assert.is(await waiting, 'done')
  await until(() => met.gone.includes(dialled), 'it is closed', { everyMs: 1 })
})

test('calls fail where the connection ends before their answer, and say which run that was', async () => {
  using met = new Met({ wait: () => new Promise(() => {}) })
  const dialled = await met.dial()
  const waiting = failsWith('pod_not_up', () => calleeOn(dialled).wait?.())
  await until(() => met.callings.length > 0, 'it is called')
  met.hangUp()
  const error = await waiting
  assert.is(error.message, 'Cannot call "wait" of web.1: the run ended before it answered')
  assert.equal(error.facts, { run: 'web.1', fn: 'wait', delivered: true })
})

test('a call that is made when the other end is gone, of which nobody has told yet, has reached nobody', async () => {
  using met = new Met({ wait: () => new Promise(() => {}) })
  const dialled = await met.dial()
  const before = failsWith('pod_not_up', () => calleeOn(dialled).wait?.())
  await until(() => met.callings.length > 0, 'it is called')
  met.hangUp()
  const after = failsWith('pod_not_up', () => calleeOn(dialled).wait?.())
  assert.equal([(await before).facts.delivered, (await after).facts.delivered], [true, false])
})

test('where others are called elsewhere, it is not known what became of a call that a run had as it ended', async () => {
  using at = scratch()
  const to = (socket: string) =>
    calleeOn(new Dialled({ run: 'fleet.a.web.1', socket, grant: 'x', reaches: true }, () => {}))
  assert.is((await failsWith('pod_not_up', () => to(at.path('none')).wait?.())).facts.delivered, false)
  const server = net.createServer(socket => socket.once('data', () => socket.destroy()))
  await new Promise<void>(resolve => server.listen(at.path('ends'), resolve))
  const error = await failsWith('outcome_unknown', () => to(at.path('ends')).wait?.())
  assert.is(error.message, 'It is not known whether "wait" of fleet.a.web.1 was done: the run ended before it answered')
  assert.is(error.hint, 'Call it again only if it may be done twice')
  assert.equal(error.facts, { run: 'fleet.a.web.1', fn: 'wait', delivered: true })
  await new Promise(resolve => server.close(resolve))
})

test('a call is known as not delivered where no run was there, or where it had not begun it', async () => {
  using at = scratch()
  const to = (socket: string, tellsBegun = true) =>
    calleeOn(new Dialled({ run: 'web.1', socket, grant: 'x', tellsBegun }, () => {}), { once: 'a' })
  const nobody = await failsWith('pod_not_up', () => to(at.path('none'), false).wait?.())
  assert.is(nobody.message, 'Cannot call "wait" of web.1: the run ended before the call reached it')
  assert.is(nobody.facts.delivered, false)
  const server = net.createServer(socket => socket.once('data', () => socket.destroy()))
  await new Promise<void>(resolve => server.listen(at.path('deaf'), resolve))
  assert.is((await failsWith('pod_not_up', () => to(at.path('deaf')).wait?.())).facts.delivered, false)
  // What an older version has begun nobody knows.
  assert.is((await failsWith('pod_not_up', () => to(at.path('deaf'), false).wait?.())).facts.delivered, true)
  await new Promise(resolve => server.close(resolve))
  using met = new Met({ wait: () => new Promise(() => {}), end: () => met.hangUp() })
  const waiting = failsWith('pod_not_up', async () => calleeOn(await met.dial(), { once: 'a' }).wait?.())
  await until(() => met.callings.length > 0, 'it is called')
  met.hangUp()
  assert.is((await waiting).facts.delivered, true)
  // It is told before the function begins, so that a run which its own function ends has begun it.
  const last = await failsWith('pod_not_up', async () => calleeOn(await met.dial(), { once: 'b' }).end?.())
  assert.is(last.facts.delivered, true)
})

test('arguments that are too long are refused, and others go through', async () => {
  using met = new Met({ size: (text: string) => text.length })
  const dialled = await met.dial()
  const call = new Call({ fn: 'size', line: 'x'.repeat(maxCallLineBytes), timeoutMs: 500 })
  dialled.send(call)
  await failsWith('too_large', () => call)
  assert.is(await calleeOn(dialled).size?.('short'), 5)
})

test('publish() drops events of which too many wait, and says how many once there is room', async () => {
  using at = scratch()
  const lines: string[] = []
  const taken = Promise.withResolvers<net.Socket>()
  const server = net.createServer(socket => taken.resolve(socket.pause()))
  await new Promise<void>(resolve => server.listen(at.path('run'), resolve))
  const dialled = new Dialled({ run: 'web.1', socket: at.path('run'), grant: 'x' }, () => {})
  const socket = await taken.promise
  const event = `${'x'.repeat(1024 * 1024)}\n`
  for (let sent = 0; sent < 20; sent++) dialled.publish(event)
  const splitter = new LineSplitter({ maxBytes: Number.MAX_SAFE_INTEGER })
  socket.on('data', bytes => lines.push(...splitter.push(bytes as Buffer))).resume()
  await until(() => lines.some(line => line.includes('$/dropped')), 'it is told', { everyMs: 1 })
  const events = lines.filter(line => line.startsWith('x')).length
  const told = lines.filter(line => line.includes('$/dropped')).map(line => JSON.parse(line).params)
  assert.equal([events + told[0][0], told.length, events > 0], [20, 1, true])
  dialled.retire()
  await new Promise(resolve => server.close(resolve))
})

test.run()

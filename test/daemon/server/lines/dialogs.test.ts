// The commands that one connection has under way. Not here: what a command and its client say (daemon/pod/dialog.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Dialogs, findDialog } from '../../../../daemon/server/lines/dialogs.ts'
import { failsWith } from '../../../fails.ts'

function dialogs(limits: { maxCommands?: number; maxCommandInputs?: number } = {}) {
  const sent: unknown[] = []
  const send = async (message: unknown) => void sent.push(message)
  return { sent, dialogs: new Dialogs({ maxCommands: 2, maxCommandInputs: 2, ...limits }, send) }
}

test('open() sends what a command says and asks as notifications with the id of its request', async () => {
  const { dialogs: open, sent } = dialogs()
  const dialog = open.open('a')
  await dialog.send('hello')
  const line = dialog.recv('name? ')
  open.get('a')?.input('Ann')
  assert.is(await line, 'Ann')
  assert.equal(sent, [
    { jsonrpc: '2.0', method: 'pod.command.send', params: { request: 'a', text: 'hello' } },
    { jsonrpc: '2.0', method: 'pod.command.recv', params: { request: 'a', question: 'name? ' } },
  ])
})

test('open() refuses an id that is in use, and more than may be', async () => {
  const { dialogs: open } = dialogs()
  const first = open.open(1)
  await failsWith('bad_request', () => open.open(1))
  open.open(2)
  await failsWith('too_large', () => open.open(3))
  first.end('over')
  open.open(1)
})

test('open() bounds the lines that nobody has asked for yet', async () => {
  const dialog = dialogs({ maxCommandInputs: 1 }).dialogs.open(1)
  dialog.input('one')
  await failsWith('too_large', () => dialog.input('two'))
})

test('findDialog() gives one that is under way, and refuses an id of none', async () => {
  const { dialogs: open } = dialogs()
  const dialog = open.open(1)
  assert.is(findDialog(open, 1), dialog)
  await failsWith('bad_params', () => findDialog(open, '1'))
  await failsWith('bad_params', () => findDialog(undefined, 1))
  dialog.end('over')
  await failsWith('bad_params', () => findDialog(open, 1))
})

test('end() and endInput() reach all that are under way', async () => {
  const { dialogs: open } = dialogs()
  const all = [open.open(1), open.open(2)]
  open.endInput()
  for (const dialog of all) await failsWith('aborted', () => dialog.recv('more? '))
  open.end('The client is gone')
  for (const dialog of all)
    assert.is((await failsWith('aborted', () => dialog.send('x'))).message, 'The client is gone')
  assert.is(open.get(1), undefined)
})

test.run()

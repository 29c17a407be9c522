// What a command and its client say to each other. Not here: the way there (e2e/shell.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Dialog } from '../../../daemon/pod/dialog.ts'
import { P8aError } from '../../../protocol/errors.ts'

function open(show: (text: string) => Promise<void> = async () => {}) {
  const said: string[] = []
  const dialog = new Dialog(
    {
      show: text => {
        said.push(text)
        return show(text)
      },
      ask: async question => void said.push(`ask ${question}`),
      onOver: () => said.push('over'),
    },
    { maxInputs: 2 },
  )
  return { dialog, said }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return `${(error as P8aError).code}: ${(error as P8aError).message}`
  }
  return 'nothing'
}

test('recv() asks, and resolves with the line that comes', async () => {
  const { dialog, said } = open()
  const line = dialog.recv('How many? ')
  dialog.input('3')
  assert.is(await line, '3')
  assert.equal(said, ['ask How many? '])
})

test('recv() takes lines that were typed ahead, in order, without asking', async () => {
  const { dialog, said } = open()
  dialog.input('1')
  dialog.input('2')
  assert.equal([await dialog.recv('a'), await dialog.recv('b')], ['1', '2'])
  assert.equal(said, [])
})

test('input() refuses lines beyond the limit', () => {
  const { dialog } = open()
  dialog.input('1')
  dialog.input('2')
  assert.throws(
    () => dialog.input('3'),
    (error: unknown) => error instanceof P8aError && error.code === 'too_large',
  )
})

test('recv() rejects when there are no more lines, once those that wait are taken', async () => {
  const { dialog } = open()
  dialog.input('1')
  dialog.input(undefined)
  assert.is(await dialog.recv(''), '1')
  assert.is(await codeOf(dialog.recv('')), 'aborted: The client of the command has no more lines')
})

test('end() fails what waits and what comes, once', async () => {
  const { dialog, said } = open()
  const asked = codeOf(dialog.recv('?'))
  dialog.end('gone')
  dialog.end('gone again')
  assert.equal(
    [await asked, await codeOf(dialog.send('a')), await codeOf(dialog.recv('b'))],
    Array(3).fill('aborted: gone'),
  )
  assert.is(await codeOf(dialog.ended), 'aborted: gone')
  assert.equal(said, ['ask ?', 'over'])
})

test('send() resolves when the client has room, and rejects where it goes meanwhile', async () => {
  const room = Promise.withResolvers<void>()
  const { dialog } = open(() => room.promise)
  let isSent = false
  const sent = codeOf(dialog.send('a')).finally(() => {
    isSent = true
  })
  await Promise.resolve()
  assert.is(isSent, false)
  dialog.end('gone')
  room.resolve()
  assert.is(await sent, 'aborted: gone')
})

test.run()

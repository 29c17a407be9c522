// What somebody sees at a terminal while a pod is reloaded.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { spinReload } from '../../../cli/commands/reload-progress.ts'
import type { RemoteHost } from '../../../cli/remote/remote-host.ts'
import { Output } from '../../../cli/say/output.ts'
import type { PodStatus } from '../../../protocol/words.ts'

const run = (number: number, state = 'up') => ({ id: `web.${number}`, state })
const status = (...runs: object[]) => ({ name: 'web', scale: 2, runs }) as unknown as PodStatus
const output = new Output({ json: false })

/** @returns what is shown until `wanted` is a part of it */
async function shownUntil(wanted: string, work: () => Promise<unknown>): Promise<string> {
  const { write, isTTY } = process.stderr
  let text = ''
  process.stderr.isTTY = true
  process.stderr.write = (chunk: unknown) => {
    text += chunk
    if (text.includes(wanted)) seen.resolve()
    return true
  }
  try {
    await work()
  } finally {
    process.stderr.write = write
    process.stderr.isTTY = isTTY
  }
  return text
}

let seen = Promise.withResolvers<void>()

test('spinReload() shows how many runs are new, and not those that are still on their way', async () => {
  seen = Promise.withResolvers()
  const told = [status(run(1), run(2)), status(run(1), run(3), run(4, 'starting'))]
  const call = async () => (told.length > 1 ? told.shift() : told[0])
  const host = { call } as unknown as RemoteHost
  const done = status(run(3), run(4))
  const text = await shownUntil('1 of 2 runs are new', async () => {
    const reload = async () => await seen.promise.then(() => done)
    assert.is(await spinReload(host, { name: 'web', doing: 'Reloading web', output, isSeen: true }, reload), done)
  })
  assert.match(text, 'Reloading web: 1 of 2 runs are new')
  assert.ok(text.endsWith('\r\u001b[K'))
})

test('spinReload() asks nothing of the host where nobody looks, and fails as the reload fails', async () => {
  const asked: string[] = []
  const host = { call: async (method: string) => void asked.push(method) } as unknown as RemoteHost
  const how = { name: 'web', doing: 'Reloading web', output, isSeen: false }
  await spinReload(host, how, async () => status())
  assert.equal(asked, [])
  let message = ''
  for (const isSeen of [true, false])
    await spinReload(host, { ...how, isSeen }, async () => {
      throw new Error('no')
    }).catch(error => {
      message += error.message
    })
  assert.is(message, 'nono')
})

test.run()

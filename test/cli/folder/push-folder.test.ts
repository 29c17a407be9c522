// A folder on its way to a host. That one arrives is e2e/folders.
import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pushFolder } from '../../../cli/folder/push-folder.ts'
import { hashOf } from '../../../cli/folder/read-folder.ts'
import type { RemoteHost } from '../../../cli/remote/remote-host.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

/** A host that has nothing yet; `onMissing`: what happens between two looks at the folder. */
function hostWith(onMissing: () => void): { host: RemoteHost; sent: string[]; pushed: string[] } {
  const [sent, pushed]: [string[], string[]] = [[], []]
  const call = async (method: string, params: { hashes?: string[]; files?: { hash: string }[] }) => {
    if (method === 'pod.push.files') sent.push(...(params.files ?? []).map(({ hash }) => hash))
    if (method !== 'pod.push.missing') return { taken: 0 }
    onMissing()
    return { missing: params.hashes ?? [] }
  }
  async function* push({ tree }: { tree: { path: string; hash: string }[] }) {
    pushed.push(...tree.map(({ hash }) => hash))
    yield ['building']
    return { name: 'web', version: 1 }
  }
  return { host: { call, push } as unknown as RemoteHost, sent, pushed }
}

async function push(at: Scratch, host: RemoteHost): Promise<string[]> {
  const lines: string[] = []
  await pushFolder(host, at.dir, { name: 'web', say: some => void lines.push(...some) })
  return lines
}

test('pushFolder() reads a folder again of which a file has changed, and pushes what it has sent', async () => {
  using at = scratch()
  at.file('index.js', 'one')
  let looks = 0
  const { host, sent, pushed } = hostWith(() => {
    if (++looks === 1) writeFileSync(at.path('index.js'), 'two')
  })
  assert.equal(await push(at, host), ['building'])
  assert.equal([sent, pushed], [[hashOf(Buffer.from('two'))], [hashOf(Buffer.from('two'))]])
})

test('pushFolder() gives up on a file that changes all the time, or is gone, and names it', async () => {
  using at = scratch()
  at.file('log.txt', '0')
  let looks = 0
  const { host, pushed } = hostWith(() => writeFileSync(at.path('log.txt'), String(++looks)))
  const error = await failsWith('bad_image', () => push(at, host))
  assert.match(error.message, '"log.txt" changes while it is pushed')
  assert.match(error.hint ?? '', '.podignore')
  assert.equal([looks, pushed], [3, []])
})

test('pushFolder() tells how many bytes are sent of those that the host lacks', async () => {
  using at = scratch()
  at.file('index.js', '123')
  at.file('lib.js', '12345')
  at.file('copy.js', '12345')
  const told: [number, number][] = []
  const onSent = (sent: number, all: number) => void told.push([sent, all])
  await pushFolder(hostWith(() => {}).host, at.dir, { name: 'web', say: () => {}, onSent })
  assert.equal(told, [[8, 8]])
})

test('pushFolder() sends a large file in parts, from where the host has it, or says that it has', async () => {
  using at = scratch()
  const MiB = 1024 * 1024
  const bytes = Buffer.alloc(13 * MiB, 'x')
  writeFileSync(at.path('large.bin'), bytes)
  let here = 2 * MiB
  const parts: [number, number][] = []
  const { host } = hostWith(() => {})
  const call = async (method: string, params: { hashes?: string[]; files?: { offset: number; data: string }[] }) => {
    const [hash = ''] = params.hashes ?? [hashOf(bytes)]
    if (method === 'pod.push.missing') return { missing: params.hashes ?? [], begun: { [hash]: here } }
    const [{ offset, data } = { offset: 0, data: '' }] = params.files ?? []
    const length = Buffer.byteLength(data, 'base64')
    parts.push([offset, length])
    here = offset + length
    // Somebody else sends it, too.
    if (parts.length === 1) here += MiB
    return { taken: 1, begun: { [hash]: here } }
  }
  const told: [number, number][] = []
  const onSent = (sent: number, all: number) => void told.push([sent, all])
  await pushFolder({ ...host, call } as unknown as RemoteHost, at.dir, { name: 'web', say: () => {}, onSent })
  assert.equal(parts, [
    [2 * MiB, 4 * MiB],
    [7 * MiB, 4 * MiB],
    [11 * MiB, 2 * MiB],
  ])
  assert.equal(told.at(-1), [11 * MiB, 11 * MiB])
})

test('pushFolder() names the files that may hold secrets and stay here', async () => {
  using at = scratch()
  at.file('index.js', '')
  at.file('.env', 'TOKEN=x')
  const { host, sent } = hostWith(() => {})
  const [told = ''] = await push(at, host)
  assert.match(told, '.env is not pushed, since it may hold secrets')
  assert.not(sent.includes(hashOf(Buffer.from('TOKEN=x'))))
})

test('pushFolder() says that a file is left out, be it named to start or looked for by its name', async () => {
  using at = scratch()
  at.file('src/web.js', '')
  at.file('app.js', '')
  at.file('.podignore', '*.js')
  const refusal = async (message: string, facts: Record<string, unknown>) => {
    const { host } = hostWith(() => {})
    // biome-ignore lint/correctness/useYield: it is refused before it says anything
    const refuse = async function* () {
      throw new P8aError('bad_image', message, { facts })
    }
    const refused = { ...host, push: refuse } as unknown as RemoteHost
    return (await failsWith('bad_image', async () => await push(at, refused))).message
  }
  const leftOut = (name: string) => `Cannot start "${name}": .podignore or .gitignore leaves it out of what is pushed`
  const notThere = 'Cannot start "src/web.js": --entry names it, and it is not there'
  assert.is(await refusal(notThere, { entry: 'src/web.js' }), leftOut('src/web.js'))
  const nothing = 'Cannot find what to start in the folder'
  assert.is(await refusal(nothing, { looked: ['index', 'index.js', 'app.js'] }), leftOut('app.js'))
  assert.is(await refusal(nothing, { looked: ['index.js'] }), nothing)
})

test.run()

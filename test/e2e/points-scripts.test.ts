// Each call to the system that a start of a script makes: the host dies there, or the call fails. A start that was answered is
// one run, which is begun once and ends as the script does; one that was not is one run at most, and is begun once at most.
// Not here: keepers that die, which chaos kills.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunInfo } from '../../protocol/words.ts'
import type { Answer } from '../../scripts/chaos/seam/orders.ts'
import { Moments } from '../../scripts/test/moments.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { momentsOf } from './points.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('points of scripts')
const host = new SeamHost()
const begun = join(host.data, '..', 'begun')
const code = '#!/bin/sh\necho "$TAG" >> "$BEGUN"; echo out; exit 3\n'
let tags = 0
/** In the short form, some of both kinds, and whenever the keeper begins. */
const moments = new Moments<{ name: string }>({ step: 9, isKept: ({ name }) => name.startsWith('spawn ') })

test.before(async () => {
  await host.open()
  const client = await host.client()
  await client.call('pod.push', { name: 'job', code, kind: 'script' }).finally(() => client.close())
})
test.after(async () => {
  moments.tell()
  await host.close()
})

/** @returns the run, or the code of the error */
async function start(tag: string): Promise<{ run?: string | undefined; code?: string }> {
  try {
    const client = await host.client()
    const asked = client.call('pod.start', { name: 'job', params: { tag, begun } })
    return { run: (await asked.finally(() => client.close())).run }
  } catch (error) {
    return { code: (error as { code?: string }).code ?? String(error) }
  }
}

async function runsOf(tag: string): Promise<RunInfo[]> {
  const client = await host.client()
  const { runs } = await client.call('pod.runs', { name: 'job', limit: 1000 }).finally(() => client.close())
  return runs.filter(({ params }) => params?.tag === tag)
}

async function points(reads: boolean): Promise<Pick<Answer, 'points' | 'told'>> {
  await host.order({ do: 'record', reads })
  const tag = String(++tags)
  await start(tag)
  await ended(tag)
  await host.settle()
  const answer = await host.order({ do: 'tell' })
  await host.order({ do: 'off' })
  return answer
}

async function ended(tag: string): Promise<RunInfo[]> {
  return await until(async () => {
    const runs = await runsOf(tag)
    return runs.every(({ end }) => end) && { runs }
  }, `start ${tag} has ended`).then(({ runs }) => runs)
}

function timesBegun(tag: string): number {
  if (!existsSync(begun)) return 0
  return readFileSync(begun, 'utf8')
    .split('\n')
    .filter(line => line === tag).length
}

async function check(tag: string, { run, code }: Awaited<ReturnType<typeof start>>, what: string): Promise<void> {
  const runs = await ended(tag)
  const said = `${what}: ${run ?? code}, ${JSON.stringify(runs)}`
  assert.ok(runs.length <= 1, said)
  if (run !== undefined) assert.is(runs[0]?.id, run, said)
  const [one] = runs
  const isFailed = one === undefined || one.end?.reason === 'spawn_failed'
  assert.is(timesBegun(tag), isFailed ? 0 : 1, said)
  if (!isFailed) assert.equal([one.end?.reason, one.end?.code], ['exited', 3], said)
}

test('a host that dies anywhere in a start leaves the next one no run or a whole one', async () => {
  const { points: names, told } = await points(false)
  assert.ok(names.length > 3, names.join())
  for (const { at, name, when } of moments.of(momentsOf(names, told))) {
    const tag = String(++tags)
    await host.order({ do: 'die', at, when })
    const answered = await start(tag)
    await host.settle()
    if (isAlive(host.pid)) await host.kill()
    await host.start()
    await check(tag, answered, `${when} ${at} ${name}`)
    // Only what a host refuses is not begun.
    for (const { end } of await runsOf(tag)) assert.is(end?.reason, 'exited', `${when} ${name}`)
  }
})

test('a call that fails anywhere in a start harms no host and no other start', async () => {
  const { points: names } = await points(true)
  const all = names.flatMap((name, at) => ['EMFILE', 'ENOSPC'].map(code => ({ at, name, code })))
  for (const { at, name, code } of moments.of(all)) {
    const tag = String(++tags)
    await host.order({ do: 'fail', at, code, reads: true })
    const answered = await start(tag)
    await host.settle()
    assert.ok(isAlive(host.pid), `${name} ${code}: the host lives`)
    await host.order({ do: 'off' })
    assert.is.not(answered.code, 'internal', `${name} ${code}`)
    await check(tag, answered, `${name} ${code}`)
  }
  const tag = String(++tags)
  await check(tag, await start(tag), 'at last')
})

test.run()

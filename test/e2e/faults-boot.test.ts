// Each call to the system fails once while a host starts that finds a pod running: it starts all the same, or refuses and
// says why, and the next one starts. Either way the pod goes on in its process and loses nothing.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { type Failure, failures, failuresOf } from './faults.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('faults while a host starts')
const host = new SeamHost()
/** Makes a spare at each start, which takes longer than the start: what fails of that fails here, and all else above. */
const warm = new SeamHost()

test.before(async () => {
  await host.open({ spares: 0 })
  await warm.open()
})
test.after(async () => {
  failures.tell()
  await host.close()
  await warm.close()
})

/** What it looks at one after the other, as many as it has files open: of a row of them, only the first fails. */
const isOfFiles = (name: string | undefined) => name === 'readFile /proc/self/fdinfo/#'

/** Each call that a host makes until it is up and has settled, and how it can fail. */
async function failuresOfStart(host: SeamHost): Promise<Failure[]> {
  await host.kill()
  await host.start({ do: 'record', reads: true })
  await host.settle()
  const { points } = await host.order({ do: 'tell' })
  return points.flatMap((name, at) => {
    if (isOfFiles(name) && isOfFiles(points[at - 1])) return []
    return failuresOf(name).map(code => ({ at, name, code }))
  })
}

/** @returns what it said where it refused to start */
async function startWith(host: SeamHost, { at, code }: Failure): Promise<string | undefined> {
  try {
    await host.start({ do: 'fail', at, code, reads: true })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

async function failOnce(host: SeamHost, { failure, pid }: { failure: Failure; pid: number }): Promise<void> {
  await host.kill()
  const refused = await startWith(host, failure)
  if (refused !== undefined) {
    assert.match(refused, /"code":"(no_space|save_failed|state_broken|bad_settings)"/, 'it says why')
    assert.ok(isAlive(pid), 'the pod goes on')
    await host.start()
  }
  await host.settle()
  assert.ok(isAlive(host.pid), 'the host lives')
  await host.order({ do: 'off' })
  const status = await until(async () => {
    const now = await host.status()
    return now?.status === 'up' && now.problem === undefined && now
  }, 'the pod is up, and nothing is wrong with it')
  assert.equal([status.runs.map(run => run.pid), status.restarts], [[pid], 0], 'in the process that it had')
}

async function failEach(host: SeamHost, isMeant: (failure: Failure) => boolean): Promise<void> {
  const before = await host.prepare('reconcile')
  const pid = before?.runs[0]?.pid as number
  const wrong: string[] = []
  const meant = (await failuresOfStart(host)).filter(isMeant)
  assert.ok(meant.length > 0)
  for (const failure of failures.of(meant)) {
    const { at, name, code } = failure
    await failOnce(host, { failure, pid }).catch(error => wrong.push(`${at} ${name} ${code}: ${error.message}`))
    if (!isAlive(host.pid)) await host.start()
    if (!isAlive(pid)) break
  }
  assert.equal(wrong, [])
}

test('whichever call fails, the host starts or says why not, and its pod goes on', async () => {
  await failEach(host, () => true)
})

test('whichever call fails that makes a spare, the host starts, and its pod goes on', async () => {
  await failEach(warm, ({ name }) => name.includes('spare'))
})

test.run()

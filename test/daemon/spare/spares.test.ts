// Spares with processes that are not there: a fake spawns them, and the test says hello for them. The folder and the
// files in it are real. Not here: what a real process does when it is taken (shim/spare.test.ts, e2e/spares.test.ts).

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Spares } from '../../../daemon/spare/spares.ts'
import { Descriptors } from '../../../daemon/system/descriptors.ts'
import { Gate } from '../../../daemon/system/gate.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { ExitOutcome, SpawnOptions } from '../../../daemon/system/process.ts'
import type { ShimPeer } from '../../../daemon/system/shims.ts'
import { UserDoors } from '../../../daemon/system/user-doors.ts'
import { linkEnv } from '../../../protocol/link.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const test = suite('spares')

// Only a test turns this clock, so that what waits long costs no time.
test.before.each(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] }))
test.after.each(() => mock.timers.reset())

class FakeProcess {
  readonly pid: number
  readonly options: SpawnOptions
  readonly exited = Promise.withResolvers<ExitOutcome>()
  /** What it was asked over the link; it answers as `answer` says. */
  asked: [method: string, params: unknown][] = []
  answer: () => Promise<unknown> = async () => null
  isAlive = true
  #spares: Spares
  #peer: ShimPeer

  constructor(spares: Spares, options: SpawnOptions, pid: number) {
    this.#spares = spares
    this.options = options
    this.pid = pid
    const request = (method: string, params: unknown) => {
      this.asked.push([method, params])
      return this.answer()
    }
    this.#peer = { request } as unknown as ShimPeer
  }

  hello() {
    return this.#spares.onHello(this.options.env[linkEnv.ticket] ?? '', this.#peer)
  }

  ready(): void {
    this.hello()
    this.#spares.onReady(this.#peer)
  }

  end(outcome: ExitOutcome = { code: null, signal: 'SIGKILL' }): void {
    this.isAlive = false
    this.exited.resolve(outcome)
  }
}

type World = {
  dir: string
  spares: Spares
  processes: FakeProcess[]
  gate: Gate
  said: string[]
  refusal: Error | undefined
  /** The process that was spawned as the nth, from 1; waits for it. */
  nth(number: number): Promise<FakeProcess>
  files(): string[]
  take(run: number): ReturnType<Spares['take']>
  /** That run is up. */
  loaded(run: number): void
}

function world(options: { spares?: number; width?: number } = {}): World & AsyncDisposable {
  const at = scratch()
  const { dir } = at
  const paths = dataPaths(dir)
  const gate = new Gate({ width: options.width ?? 16 })
  /** How many spares are being made: until they are ready or gone. */
  let making = 0
  const startGate: Pick<Gate, 'enter' | 'inside'> = {
    get inside() {
      return gate.inside
    },
    enter: async how => {
      const leave = await gate.enter(how)
      making++
      return () => {
        making--
        leave()
      }
    },
  }
  const said: string[] = []
  const spawn = async (spawned: SpawnOptions) => {
    if (made.refusal) throw made.refusal
    for (const file of [spawned.stdout, spawned.stderr]) writeFileSync(file, '')
    const child = new FakeProcess(made.spares, spawned, 1000 + made.processes.length)
    made.processes.push(child)
    return { identity: { pid: child.pid, startTime: 'start' }, exited: child.exited.promise }
  }
  const signalGroup = async ({ pid }: { pid: number }) => {
    made.processes.find(child => child.pid === pid)?.end()
    return true
  }
  const spares = new Spares({
    paths,
    settings: { ...defaultSettings, spares: options.spares ?? 1 },
    log: { warn: (_tag: string, message: string) => void said.push(message) },
    processes: { spawn, signalGroup },
    shim: { node: 'node', file: 'shim.cjs' },
    startGate,
    descriptors: new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 0, nowMs: () => 0 }),
    userDoors: new UserDoors(),
    clock: { nowMs: () => Date.now(), wallMs: () => Date.now() },
    tell: () => {},
    random: () => 0,
  } as unknown as ConstructorParameters<typeof Spares>[0])
  const made: World & AsyncDisposable = {
    dir,
    spares,
    gate,
    said,
    processes: [],
    refusal: undefined,
    nth: async number => {
      await until(() => made.processes.length >= number, `process ${number} is spawned`)
      return made.processes[number - 1] as FakeProcess
    },
    files: () => (existsSync(paths.spares) ? readdirSync(paths.spares).sort() : []),
    take: run =>
      spares.take({
        ticket: `ticket-${run}`,
        env: { RUN: String(run) },
        raw: { stdout: join(dir, `${run}.stdout.raw`), stderr: join(dir, `${run}.stderr.raw`) },
      }),
    loaded: run => spares.onLoaded(`ticket-${run}`),
    [Symbol.asyncDispose]: async () => {
      spares.detach()
      const isOver = () => {
        for (const child of made.processes) child.end()
        return making === 0
      }
      // One that is being made makes its folder and its files.
      await until(isOver, 'none is being made')
      at[Symbol.dispose]()
    },
  }
  return made
}

/** Lets all that waits for nothing but its turn, or for a file, go as far as it comes. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 100; turns++) await turn()
}

const turn = () => new Promise(resolve => setImmediate(resolve))

async function withReady(at: World, number = 1): Promise<FakeProcess> {
  void at.spares.refill()
  const child = await at.nth(number)
  child.ready()
  await until(() => at.spares.counts.ready > 0, 'it is ready')
  return child
}

test('refill() makes as many as are set, one after another, and a refill meanwhile makes no more', async () => {
  await using at = world({ spares: 3 })
  void at.spares.refill()
  for (const number of [1, 2, 3]) {
    const child = await at.nth(number)
    void at.spares.refill()
    await settle()
    assert.is(at.processes.length, number)
    assert.is(at.spares.counts.ready, number - 1)
    child.hello()
    assert.is(at.spares.counts.ready, number - 1, 'one that has said hello has not loaded its modules yet')
    child.ready()
  }
  await settle()
  assert.equal([at.processes.length, at.spares.counts.ready], [3, 3])
})

test('with 64 there are 64; with 0 none is made, and a start is no miss', async () => {
  await using many = world({ spares: 64 })
  void many.spares.refill()
  for (let number = 1; number <= 64; number++) (await many.nth(number)).ready()
  await until(() => many.spares.counts.ready === 64, 'all are ready')
  await settle()
  assert.is(many.processes.length, 64)
  await using none = world({ spares: 0 })
  await none.spares.refill()
  assert.is(await none.take(1), undefined)
  assert.equal([none.processes.length, none.spares.counts], [0, { ready: 0, hits: 0, misses: 0 }])
})

test('a spare is told what to load; a ticket that is none of a spare is not its business', async () => {
  await using at = world()
  void at.spares.refill()
  assert.equal((await at.nth(1)).hello(), { do: 'wait', modules: defaultSettings.spareModules })
  assert.is(at.spares.onHello('ticket-of-a-run', {} as ShimPeer), undefined)
})

test('take() gives a spare the ticket, the environment and the raw files of the run, and another is made once that is up', async () => {
  await using at = world()
  const child = await withReady(at)
  assert.equal(at.files(), ['1.stderr.raw', '1.stdout.raw'])
  const spawned = await at.take(7)
  assert.is(spawned?.identity.pid, child.pid)
  assert.equal(child.asked, [['take', { ticket: 'ticket-7', env: { RUN: '7' } }]])
  assert.ok(existsSync(join(at.dir, '7.stdout.raw')) && existsSync(join(at.dir, '7.stderr.raw')))
  await settle()
  assert.is(at.processes.length, 1, 'none beside a run that loads')
  at.loaded(8)
  await settle()
  assert.is(at.processes.length, 1, 'another run is up, and this one still loads')
  at.loaded(7)
  await at.nth(2)
  await until(() => String(at.files()) === '2.stderr.raw,2.stdout.raw', 'its files are gone')
  assert.equal(at.spares.counts, { ready: 0, hits: 1, misses: 0 })
})

test('a run that loads for long is not waited for: after a second another spare is made', async () => {
  await using at = world()
  await withReady(at)
  await at.take(1)
  await settle()
  mock.timers.tick(999)
  await settle()
  assert.is(at.processes.length, 1)
  mock.timers.tick(1)
  await at.nth(2)
})

test('a start that finds none does not wait for the run that has taken the last one, and nor does the next spare', async () => {
  await using at = world()
  await withReady(at)
  await at.take(1)
  assert.is(await at.take(2), undefined)
  await at.nth(2)
})

test('a spare is made once all runs that took one are up', async () => {
  await using at = world({ spares: 2 })
  await withReady(at)
  ;(await at.nth(2)).ready()
  await until(() => at.spares.counts.ready === 2, 'both are ready')
  await Promise.all([at.take(1), at.take(2)])
  at.loaded(1)
  await settle()
  assert.is(at.processes.length, 2)
  at.loaded(2)
  await at.nth(3)
})

test('the end of one that was taken is the end of a run: nothing is made for it', async () => {
  await using at = world()
  const child = await withReady(at)
  await at.take(1)
  at.loaded(1)
  ;(await at.nth(2)).ready()
  child.end()
  await settle()
  assert.is(at.processes.length, 2)
})

test('two starts at once never have the same process', async () => {
  await using at = world({ spares: 2 })
  await withReady(at)
  ;(await at.nth(2)).ready()
  await until(() => at.spares.counts.ready === 2, 'both are ready')
  const taken = await Promise.all([at.take(1), at.take(2)])
  assert.equal(
    taken.map(spawned => spawned?.identity.pid),
    [1000, 1001],
  )
  assert.equal(
    at.processes.slice(0, 2).map(({ asked }) => asked.length),
    [1, 1],
  )
})

test('take() waits for one that boots', async () => {
  await using at = world()
  void at.spares.refill()
  const child = await at.nth(1)
  const taken = at.take(1)
  await settle()
  child.ready()
  assert.is((await taken)?.identity.pid, child.pid)
  assert.equal(at.spares.counts.hits, 1)
})

test('take() does not wait long for one that boots: it is left for the next start', async () => {
  await using at = world()
  void at.spares.refill()
  const child = await at.nth(1)
  const first = at.take(1)
  await settle()
  mock.timers.tick(1000)
  assert.is(await first, undefined)
  assert.ok(child.isAlive)
  child.ready()
  await until(() => at.spares.counts.ready === 1, 'it is ready after all')
  assert.is((await at.take(2))?.identity.pid, child.pid)
  assert.equal([at.spares.counts.hits, at.spares.counts.misses], [1, 1])
})

test('one that does not answer when it is taken is killed, and the start is a miss', async () => {
  await using at = world()
  const silent = await withReady(at)
  silent.answer = async () => {
    throw new Error('No answer to "take"')
  }
  assert.is(await at.take(1), undefined)
  assert.not.ok(silent.isAlive)
  assert.equal(at.said, ['a spare could not be taken'])
  assert.equal(at.spares.counts, { ready: 0, hits: 0, misses: 1 })
  await at.nth(2)
})

test('one that dies when it is taken is no process of the run, and is replaced', async () => {
  await using at = world()
  const child = await withReady(at)
  child.answer = async () => {
    child.end()
    throw new Error('The run is gone')
  }
  assert.is(await at.take(1), undefined)
  assert.equal(at.spares.counts, { ready: 0, hits: 0, misses: 1 })
  await at.nth(2)
  await until(() => String(at.files()) === '2.stderr.raw,2.stdout.raw', 'its files are gone')
})

test('where its files cannot be renamed it is killed, and leaves none', async () => {
  await using at = world()
  const child = await withReady(at)
  mkdirSync(join(at.dir, '1.stderr.raw'))
  assert.is(await at.take(1), undefined)
  assert.not.ok(child.isAlive)
  assert.equal(child.asked, [])
  await at.nth(2)
  await until(() => String(at.files()) === '2.stderr.raw,2.stdout.raw', 'its files are gone')
})

test('one that is killed while it waits leaves no files and is replaced', async () => {
  await using at = world()
  const child = await withReady(at)
  child.end()
  await at.nth(2)
  await until(() => !at.files().includes('1.stdout.raw') && !at.files().includes('1.stderr.raw'), 'its files are gone')
  assert.is(at.spares.counts.ready, 0)
})

test('one that is never ready is killed, and a start that came to it goes its own way', async () => {
  await using at = world()
  void at.spares.refill()
  const child = await at.nth(1)
  await settle()
  mock.timers.tick(9999)
  await settle()
  const taken = at.take(1)
  mock.timers.tick(1)
  assert.is(await taken, undefined)
  assert.not.ok(child.isAlive)
  await at.nth(2)
})

test('what cannot be spawned is tried again ever more seldom, until one was of use', async () => {
  await using at = world()
  at.refusal = Object.assign(new Error('spawn EAGAIN'), { code: 'EAGAIN' })
  void at.spares.refill()
  const tries = () => at.said.length
  // The second attempt is made at once; then the delays are those of a run without room.
  for (const [wantedTries, waitMs] of [
    [2, 250],
    [3, 500],
    [4, 1000],
    [5, 2000],
    [6, 4000],
    [7, 8000],
    [8, 16_000],
    // Never longer: a start that finds none costs more than an attempt.
    [9, 30_000],
    [10, 30_000],
  ] as const) {
    await until(() => tries() === wantedTries, `${wantedTries} were tried`)
    await settle()
    mock.timers.tick(waitMs - 1)
    await settle()
    assert.is(tries(), wantedTries, 'it rests')
    mock.timers.tick(1)
  }
  await until(() => tries() === 11, 'the eleventh was tried')
  assert.is(await at.take(1), undefined, 'a start does not wait for that')
  at.refusal = undefined
  await settle()
  mock.timers.tick(30_000)
  ;(await at.nth(1)).ready()
  await until(() => at.spares.counts.ready === 1, 'it is ready')
  assert.ok(await at.take(2))
  at.loaded(2)
  mock.timers.tick(30_000)
  await withReady(at, 2)
  assert.ok(await at.take(3))
  at.loaded(3)
  // After one that was of use, nothing is waited for.
  await at.nth(3)
})

test('those that die as soon as they are ready are not made without end', async () => {
  await using at = world()
  void at.spares.refill()
  for (const number of [1, 2]) {
    const child = await at.nth(number)
    child.ready()
    await until(() => at.spares.counts.ready === 1, 'it is ready')
    child.end()
  }
  await settle()
  assert.is(at.processes.length, 2)
  mock.timers.tick(250)
  await at.nth(3)
})

test('after a start that found none there is one more, for a while', async () => {
  await using at = world()
  assert.is(await at.take(1), undefined)
  const [first, second] = [await at.nth(1), at.nth(2)]
  first.ready()
  ;(await second).ready()
  await until(() => at.spares.counts.ready === 2, 'there are two')
  mock.timers.tick(59_999)
  await settle()
  assert.is(at.spares.counts.ready, 2)
  mock.timers.tick(1)
  await until(() => !first.isAlive && at.files().length === 2, 'one is ended and its files are gone')
  await settle()
  assert.equal([at.spares.counts.ready, at.processes.length], [1, 2])
})

test('detach() makes no more: not for one that is gone, and not when the turn comes that was waited for', async () => {
  await using at = world()
  const child = await withReady(at)
  at.spares.detach()
  child.end()
  await settle()
  assert.is(at.processes.length, 1)
  await using waiting = world({ width: 1 })
  const leave = await waiting.gate.enter()
  void waiting.spares.refill()
  await settle()
  waiting.spares.detach()
  leave()
  await settle()
  assert.is(waiting.processes.length, 0)
})

test('a spare is made after all starts that wait, and gives its place back', async () => {
  await using at = world({ width: 1 })
  const leave = await at.gate.enter()
  void at.spares.refill()
  const second = at.gate.enter()
  await settle()
  leave()
  const leaveSecond = await second
  await settle()
  assert.is(at.processes.length, 0)
  leaveSecond()
  ;(await at.nth(1)).ready()
  await at.gate.enter()
})

test('the folder may be taken away under a live host', async () => {
  await using at = world()
  await withReady(at)
  rmSync(join(at.dir, 'spares'), { recursive: true })
  assert.is(await at.take(1), undefined)
  ;(await at.nth(2)).ready()
  await until(() => at.spares.counts.ready === 1, 'another is ready')
  assert.is((await at.take(2))?.identity.pid, 1001)
})

test('open() removes what spares of an earlier host left', async () => {
  await using at = world()
  mkdirSync(join(at.dir, 'spares'))
  writeFileSync(join(at.dir, 'spares', '9.stdout.raw'), 'left')
  await at.spares.open()
  assert.equal(at.files(), [])
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { regain } from '../../../daemon/tree/regain.ts'
import { defaultSettings } from '../../../protocol/settings.ts'
import { scratch } from '../../scratch.ts'

type Run = { ref: { number: number }; record: { keeper?: object }; identity: object | undefined; peer?: object }

/** A pod with these runs, on a host that waits so long for those that are about to dial. */
function world(runs: Run[], { adoptTimeout = defaultSettings.adoptTimeout } = {}) {
  const at = scratch()
  const looked: (() => void)[] = []
  const supervisor = {
    name: 'web',
    runs: new Map(runs.map(run => [run.ref.number, run])),
    until: async (isTrue: () => boolean) => {
      if (isTrue()) return
      await new Promise<void>(resolve => looked.push(() => isTrue() && resolve()))
    },
  }
  const seams = {
    settings: { ...defaultSettings, adoptTimeout },
    userDoors: { isOfUser: () => false },
    paths: { keepers: at.dir, linkSocket: 'link.sock' },
    shim: { node: 'node', file: 'shim.cjs' },
    clock: { wallMs: () => 1 },
  }
  const hosts = { root: { path: '', pods: { all: () => [{ supervisor }] }, seams }, all: () => [] }
  return {
    regain: async (leaving?: number) =>
      await regain(hosts as never, { key: 'web', order: { key: 'web', ports: [] }, leaving, ticket: 't' }),
    /** Something has happened to the pod. */
    tell: () => {
      for (const look of looked) look()
    },
    runs: supervisor.runs,
    [Symbol.dispose]: () => at[Symbol.dispose](),
  }
}

const run = (number: number, of: Partial<Run> = {}): Run => ({ ref: { number }, record: {}, identity: {}, ...of })
const gives = (answer: boolean) => ({ request: async () => answer })

test('regain() waits for a run that is about to dial a host that has just begun, and asks it', async () => {
  const old = run(1)
  using at = world([old, run(2, { identity: undefined })])
  const regained = at.regain()
  old.peer = gives(true)
  at.tell()
  assert.is(await regained, 'begun')
})

test('regain() waits for no run that ends before it dials', async () => {
  using at = world([run(1)])
  const regained = at.regain()
  at.runs.clear()
  at.tell()
  assert.is(await regained, 'none')
})

test('regain() does not wait for what says nothing in time, for what never dials, and for what is about to end', async () => {
  using silent = world([run(1)], { adoptTimeout: 1 })
  assert.is(await silent.regain(), 'refused')
  using kept = world([run(1, { record: { keeper: {} } })])
  assert.is(await kept.regain(), 'refused')
  using leaving = world([run(1)])
  assert.is(await leaving.regain(1), 'none')
  using linked = world([run(1), run(2, { peer: gives(false) })])
  assert.is(await linked.regain(), 'refused')
})

test.run()

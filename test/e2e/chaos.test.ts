// The short form of `npm run chaos`: the same attack for a moment. In `npm test` its seed is always the same, so that a change fails by
// what it changes; `npm run test:long` has a seed of its own each day and goes on looking, for twice as long. What it breaks is printed
// with its seed, which replays it.
import { join } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isLong } from '../../scripts/test/moments.ts'
import { skipped } from '../needs.ts'
import { root } from '../paths.ts'

const test = suite('chaos')
/** Loads execa in one file for them, too. */
const toldHooks = new URL('../../scripts/test/told-hooks.ts', import.meta.url).href
const dayMs = 86_400_000
const fixedSeed = 20_261

test('some seconds of chaos break no promise', async () => {
  const seed = String(isLong() ? Math.floor(Date.now() / dayMs) : fixedSeed)
  const args = [
    join(root, 'scripts/chaos/main.ts'),
    '--short',
    '--minutes',
    isLong() ? '0.2' : '0.1',
    '--pods',
    '12',
    '--clients',
    '3',
    '--seed',
    seed,
  ]
  const { code, output } = await run(args)
  assert.is(code, 0, output)
  assert.match(output, /broken promises +0/)
  if (output.includes('so never filled'))
    skipped('chaos on a disk that is full now and then', 'only root can mount one')
})

test('pods of which every fifth crashes all the time: verbs on the others are answered, and memory stays level', async () => {
  const [pods, crashing] = isLong() ? ['40', '8'] : ['10', '2']
  const args = [join(root, 'scripts/chaos/thousand.ts'), '--pods', pods, '--crashing', crashing, '--minutes', '0.1']
  const { code, output } = await run(args)
  assert.is(code, 0, output)
})

test('each item of four producers ends exactly once, while runs, the queue, keepers and the host are killed', async () => {
  const { code, output } = await run([
    join(root, 'scripts/chaos/items.ts'),
    '--items',
    isLong() ? '400' : '200',
    '--everyMs',
    '250',
  ])
  assert.is(code, 0, output)
  const ended = isLong()
    ? '"done":368,"dead":8,"expired":16,"canceled":8'
    : '"done":184,"dead":4,"expired":8,"canceled":4'
  assert.match(output, ended)
})

async function run(args: string[]): Promise<{ code: number | undefined; output: string }> {
  const { exitCode, all } = await execa(process.execPath, ['--import', toldHooks, ...args], {
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  return { code: exitCode, output: all }
}

test.run()

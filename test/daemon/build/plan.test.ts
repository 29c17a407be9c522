// What is installed and built, by the lock file and by what the pusher asks for.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type BuildOptions, planOf, refuseMissing, type Sources } from '../../../daemon/build/plan.ts'
import { failsWith } from '../../fails.ts'

const plan = (names: string[], more: Partial<Sources> = {}, options: BuildOptions = {}) =>
  planOf(
    { names: new Set(names), hasDependencies: true, buildScript: undefined, isModernYarn: false, ...more },
    options,
  )
const commands = (...args: Parameters<typeof plan>) => plan(...args).steps.map(({ command }) => command)

test('planOf() installs by the lock file, what a run needs alone', () => {
  assert.equal(commands(['package-lock.json']), ['npm ci --omit=dev'])
  assert.equal(commands(['npm-shrinkwrap.json']), ['npm ci --omit=dev'])
  assert.equal(commands(['pnpm-lock.yaml']), ['pnpm install --frozen-lockfile --prod'])
  assert.equal(commands(['yarn.lock']), ['yarn install --frozen-lockfile --production'])
  assert.equal(commands(['yarn.lock'], { isModernYarn: true }), ['yarn workspaces focus --production'])
  assert.equal(commands(['bun.lock']), ['bun install --frozen-lockfile --production'])
})

test('planOf() installs the newest, and says so, where there is no lock file; nothing where nothing is needed', () => {
  const { steps, warning } = plan(['package.json'])
  assert.equal(
    [steps.map(({ command }) => command), /no lock file/.test(warning ?? '')],
    [['npm install --no-package-lock --omit=dev'], true],
  )
  assert.equal(plan(['package.json'], { hasDependencies: false }), { steps: [] })
})

test('planOf() builds with everything, and keeps what a run needs', () => {
  const built = ['npm ci', 'npm run build', 'npm prune --omit=dev']
  assert.equal(commands(['package-lock.json'], { buildScript: 'next build' }), built)
  assert.equal(commands(['package-lock.json'], {}, { build: 'make' }), ['npm ci', 'make', 'npm prune --omit=dev'])
  assert.equal(commands(['package-lock.json'], { buildScript: 'x' }, { noBuild: true }), ['npm ci --omit=dev'])
  assert.equal(commands(['pnpm-lock.yaml'], { buildScript: 'x' })[1], 'pnpm run build')
  assert.equal(commands(['package.json'], { hasDependencies: false, buildScript: 'tsc' }), ['npm run build'])
  assert.equal(commands(['package-lock.json'], { buildScript: 'x' }, { asIs: true }), [])
})

test('refuseMissing() names the program that the host does not have', async () => {
  const { steps } = plan(['pnpm-lock.yaml'])
  refuseMissing(steps, program => program === 'pnpm')
  const error = await failsWith('bad_image', () => refuseMissing(steps, () => false))
  assert.is(error.message, 'Cannot install the folder: the host has no pnpm')
})

test.run()

// What is installed and built, by the lock file and by what the pusher asks for.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type BuildOptions, planOf, refuseMissing, type Sources } from '../../../daemon/build/plan.ts'
import { failsWith } from '../../fails.ts'

const packages = [
  { path: 'packages/lib', buildScript: 'tsc' },
  { path: 'packages/plain', buildScript: undefined },
  { path: "apps/bob's web", buildScript: 'vite' },
]

const plan = (names: string[], more: Partial<Sources> = {}, options: BuildOptions = {}) =>
  planOf(
    {
      names: new Set(names),
      hasDependencies: true,
      buildScript: undefined,
      isModernYarn: false,
      packages: [],
      outside: undefined,
      ...more,
    },
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
  const { steps, warnings } = plan(['package.json'])
  assert.equal(
    [steps.map(({ command }) => command), /no lock file/.test(warnings.join())],
    [['npm install --no-package-lock --omit=dev'], true],
  )
  assert.equal(plan(['package.json'], { hasDependencies: false }), { steps: [], warnings: [] })
})

test('planOf() leaves a workspace of pnpm to pnpm also where there is no lock file', () => {
  const names = ['package.json', 'pnpm-workspace.yaml']
  const { steps, warnings } = plan(names, { packages: packages.slice(0, 1), hasDependencies: false })
  assert.equal(
    [steps[0]?.command, /no lock file/.test(warnings.join())],
    ["pnpm install --no-frozen-lockfile --filter '{packages/lib}...' --filter .", true],
  )
  assert.is(commands(names)[0], 'pnpm install --no-frozen-lockfile --prod')
  assert.equal(plan(names, { hasDependencies: false }).steps, [])
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

test('planOf() keeps devDependencies where one of them starts the folder, and says so', () => {
  const { steps, warnings } = plan(['package-lock.json'], { devTool: 'tsx' })
  assert.equal(
    steps.map(({ command }) => command),
    ['npm ci'],
  )
  assert.match(warnings.join(), /^tsx is a devDependency/)
  assert.equal(commands(['package-lock.json'], { devTool: 'tsx', buildScript: 'x' }), ['npm ci', 'npm run build'])
  assert.equal(plan([], { hasDependencies: false, devTool: 'tsx' }).warnings, [])
})

test('refuseMissing() names the program that the host does not have', async () => {
  const { steps } = plan(['pnpm-lock.yaml'])
  refuseMissing(steps, program => program === 'pnpm')
  const error = await failsWith('bad_image', () => refuseMissing(steps, () => false))
  assert.is(error.message, 'Cannot install the folder: the host has no pnpm')
})

test('planOf() installs and builds of a workspace what a package needs, each package in its folder', () => {
  const { steps } = plan(['package-lock.json'], { packages })
  const chosen = ` -w packages/lib -w packages/plain -w 'apps/bob'\\''s web' --include-workspace-root`
  assert.equal(
    steps.map(({ command, within }) => [command, within]),
    [
      [`npm ci${chosen}`, undefined],
      ['npm run build', 'packages/lib'],
      ['npm run build', "apps/bob's web"],
      [`npm prune --omit=dev${chosen}`, undefined],
    ],
  )
  const { steps: own } = plan(['pnpm-lock.yaml'], { packages: packages.slice(0, 1) }, { build: 'make' })
  const install = "pnpm install --frozen-lockfile --filter '{packages/lib}...' --filter ."
  assert.equal(
    own.map(({ command, within }) => [command, within]),
    [
      [install, undefined],
      ['make', 'packages/lib'],
      [`${install} --prod`, undefined],
    ],
  )
  assert.equal(commands(['yarn.lock'], { packages, isModernYarn: true }, { noBuild: true }), [
    'yarn workspaces focus --all --production',
  ])
})

test('planOf() refuses a dependency that lies elsewhere, with what to do; not where nothing is installed', async () => {
  for (const [range, hint] of [
    ['file:../lib', /--entry/],
    ['workspace:*', /within its workspace/],
  ] as const) {
    const outside = { name: 'lib', range }
    const error = await failsWith('bad_image', () => plan(['package.json'], { outside }))
    assert.match(error.message, `"lib" ("${range}"), which lies outside`)
    assert.match(String(error.hint), hint)
    assert.equal(plan(['package.json'], { outside }, { asIs: true }), { steps: [], warnings: [] })
  }
})

test.run()

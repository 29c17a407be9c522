// Decides what has to be run in a pushed folder before it can start: the installation that its lock file asks for, and its
// build. It runs nothing.
import { P8aError } from '../../protocol/errors.ts'
import { shellWord } from '../image/shell-word.ts'

/** A command line for the shell, and the program that it needs. */
export type Step = {
  does: 'install' | 'build' | 'prune'
  command: string
  needs: string
  /** The folder in which it runs, relative to the one that is built; default: that. */
  within?: string
}

export type Plan = {
  steps: Step[]
  /** What the pusher may not expect of the installation. */
  warnings: string[]
}

/** A folder that may have to be built. */
export type Sources = {
  /** The names of what lies at its top. */
  names: ReadonlySet<string>
  hasDependencies: boolean
  /** The script `build` of its `package.json`. */
  buildScript: string | undefined
  /** The devDependency that starts it. */
  devTool?: string | undefined
  /** Whether `yarn.lock` is one of Yarn 2 or newer. */
  isModernYarn: boolean
  /** Of a workspace, the packages that are needed, each behind those that it needs itself; the last is the one that is pushed. */
  packages: readonly { path: string; buildScript: string | undefined }[]
  /** A dependency that lies outside of what was pushed. */
  outside: { name: string; range: string } | undefined
}

/** What the pusher asks for. */
export type BuildOptions = {
  /** A command line, in the place of the script `build`. */
  build?: string | undefined
  noBuild?: boolean | undefined
  /** Nothing is installed or built. */
  asIs?: boolean | undefined
}

/** @throws {P8aError} `bad_image` if something that is to be installed is not there */
export function planOf(sources: Sources, { build, noBuild, asIs }: BuildOptions): Plan {
  if (asIs) return { steps: [], warnings: [] }
  if (sources.outside) throw outsideError(sources.outside)
  const manager = managerOf(sources)
  const builds = noBuild ? [] : buildsOf(sources, { build, name: manager?.name ?? 'npm' })
  const install = (all: boolean): Step[] =>
    manager ? [{ does: 'install', command: all ? manager.all : manager.production, needs: manager.name }] : []
  const { devTool } = sources
  const warnings = [
    ...(manager?.isLoose
      ? ['There is no lock file, so the newest versions that package.json allows are installed']
      : []),
    ...(manager && devTool !== undefined
      ? [`${devTool} is a devDependency, and what starts the folder needs it: those are installed too`]
      : []),
  ]
  if (builds.length === 0) return { steps: install(devTool !== undefined), warnings }
  const prunes = manager && devTool === undefined
  const prune: Step[] = prunes ? [{ does: 'prune', command: manager.prune, needs: manager.name }] : []
  return { steps: [...install(true), ...builds, ...prune], warnings }
}

function outsideError({ name, range }: NonNullable<Sources['outside']>): P8aError {
  const isMember = range.startsWith('workspace:')
  return new P8aError(
    'bad_image',
    `Cannot install the folder: it depends on ${JSON.stringify(name)} (${JSON.stringify(range)}), which lies outside of it`,
    {
      hint: isMember
        ? 'Push it from within its workspace: the folder above it, whose manifest names the packages and which has the lock file'
        : 'Push the folder that has both, and name what starts with --entry; or make them packages of one workspace; or push with --as-is what is installed here',
      facts: { dependency: name, range },
    },
  )
}

/** In a workspace, what the package needs of it is built first. */
function buildsOf(
  { packages, buildScript }: Sources,
  { build, name }: { build: string | undefined; name: string },
): Step[] {
  const own = packages.at(-1)?.path
  const within = own === undefined ? {} : { within: own }
  if (build !== undefined) return [{ does: 'build', command: build, needs: 'sh', ...within }]
  const command = `${name} run build`
  if (own === undefined) return buildScript === undefined ? [] : [{ does: 'build', command, needs: name }]
  const built = packages.filter(one => one.buildScript !== undefined)
  return built.map(({ path }): Step => ({ does: 'build', command, needs: name, within: path }))
}

type Manager = { name: string; all: string; production: string; prune: string; isLoose?: true }

const npm = { name: 'npm', prune: 'npm prune --omit=dev' }
const yarn = { name: 'yarn' }

/** The package manager that the lock file is for. */
function managerOf({ names, hasDependencies, isModernYarn, packages }: Sources): Manager | undefined {
  const own = packages.at(-1)?.path
  if (names.has('package-lock.json') || names.has('npm-shrinkwrap.json')) {
    const chosen =
      own === undefined
        ? ''
        : `${packages.map(({ path }) => ` -w ${shellWord(path)}`).join('')} --include-workspace-root`
    const all = `npm ci${chosen}`
    return { ...npm, prune: `${npm.prune}${chosen}`, all, production: `${all} --omit=dev` }
  }
  if (names.has('pnpm-lock.yaml')) return pnpm('--frozen-lockfile', own)
  if (names.has('yarn.lock') && isModernYarn) {
    const focus = `yarn workspaces focus${own === undefined ? '' : ' --all'} --production`
    return { ...yarn, all: 'yarn install --immutable', production: focus, prune: focus }
  }
  if (names.has('yarn.lock')) {
    const all = 'yarn install --frozen-lockfile'
    return { ...yarn, all, production: `${all} --production`, prune: `${all} --production --ignore-scripts` }
  }
  if (names.has('bun.lock') || names.has('bun.lockb')) {
    const all = 'bun install --frozen-lockfile'
    return { name: 'bun', all, production: `${all} --production`, prune: `${all} --production` }
  }
  // npm knows nothing of such a workspace, and would install none of what its packages need.
  if (names.has('pnpm-workspace.yaml') && (hasDependencies || own !== undefined))
    return { ...pnpm('--no-frozen-lockfile', own), isLoose: true }
  if (!hasDependencies) return undefined
  const all = 'npm install --no-package-lock'
  return { ...npm, all, production: `${all} --omit=dev`, isLoose: true }
}

/** @param own the package of a workspace that is pushed */
function pnpm(lock: '--frozen-lockfile' | '--no-frozen-lockfile', own: string | undefined): Manager {
  const filter = own === undefined ? '' : ` --filter ${shellWord(`{${own}}...`)} --filter .`
  const all = `pnpm install ${lock}${filter}`
  const production = `${all} --prod`
  // In a workspace pnpm prunes nothing by name, but an installation removes what is too much.
  return { name: 'pnpm', all, production, prune: own === undefined ? 'pnpm prune --prod' : production }
}

/** @throws {P8aError} `bad_image` if a program that a step needs is not on the host */
export function refuseMissing(steps: readonly Step[], has: (program: string) => boolean): void {
  const step = steps.find(({ needs }) => !has(needs))
  if (!step) return
  throw new P8aError('bad_image', `Cannot ${step.does} the folder: the host has no ${step.needs}`, {
    hint: `Install ${step.needs} on the machine of the host, or push with --as-is what is installed and built here`,
    facts: { program: step.needs },
  })
}

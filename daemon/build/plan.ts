// Decides what has to be run in a pushed folder before it can start: the installation that its lock file asks for, and its
// build. It runs nothing.
import { P8aError } from '../../protocol/errors.ts'

/** A command line for the shell, and the program that it needs. */
export type Step = { does: 'install' | 'build' | 'prune'; command: string; needs: string }

export type Plan = {
  steps: Step[]
  /** What the installation depends on beside the files of the folder. */
  warning?: string
}

/** A folder that may have to be built. */
export type Sources = {
  /** The names of what lies at its top. */
  names: ReadonlySet<string>
  hasDependencies: boolean
  /** The script `build` of its `package.json`. */
  buildScript: string | undefined
  /** Whether `yarn.lock` is one of Yarn 2 or newer. */
  isModernYarn: boolean
}

/** What the pusher asks for. */
export type BuildOptions = {
  /** A command line, in the place of the script `build`. */
  build?: string | undefined
  noBuild?: boolean | undefined
  /** Nothing is installed or built. */
  asIs?: boolean | undefined
}

export function planOf(sources: Sources, { build, noBuild, asIs }: BuildOptions): Plan {
  if (asIs) return { steps: [] }
  const manager = managerOf(sources)
  const script = sources.buildScript === undefined ? undefined : `${manager?.name ?? 'npm'} run build`
  const building = noBuild ? undefined : (build ?? script)
  const install = (all: boolean): Step[] =>
    manager ? [{ does: 'install', command: all ? manager.all : manager.production, needs: manager.name }] : []
  const warning = manager?.isLoose
    ? { warning: 'There is no lock file, so the newest versions that package.json allows are installed' }
    : {}
  if (building === undefined) return { steps: install(false), ...warning }
  const needs = build === undefined ? (manager?.name ?? 'npm') : 'sh'
  const prune: Step[] = manager ? [{ does: 'prune', command: manager.prune, needs: manager.name }] : []
  return { steps: [...install(true), { does: 'build', command: building, needs }, ...prune], ...warning }
}

type Manager = { name: string; all: string; production: string; prune: string; isLoose?: true }

const npm = { name: 'npm', prune: 'npm prune --omit=dev' }
const yarn = { name: 'yarn' }

/** The package manager that the lock file is for. */
function managerOf({ names, hasDependencies, isModernYarn }: Sources): Manager | undefined {
  if (names.has('package-lock.json') || names.has('npm-shrinkwrap.json'))
    return { ...npm, all: 'npm ci', production: 'npm ci --omit=dev' }
  if (names.has('pnpm-lock.yaml')) {
    const all = 'pnpm install --frozen-lockfile'
    return { name: 'pnpm', all, production: `${all} --prod`, prune: 'pnpm prune --prod' }
  }
  if (names.has('yarn.lock') && isModernYarn) {
    const focus = 'yarn workspaces focus --production'
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
  if (!hasDependencies) return undefined
  const all = 'npm install --no-package-lock'
  return { ...npm, all, production: `${all} --omit=dev`, isLoose: true }
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

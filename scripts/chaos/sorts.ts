// The sorts of pods that a run of chaos has: what each is told, and what may be expected of it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

export type Sort = {
  /** What its code is like. */
  params: Record<string, string>
  config: Record<string, unknown>
  /**
   * What it comes to once nothing disturbs it: up for good, or forever up and down, or given up, or in error with ever
   * another attempt to come.
   */
  settles: 'up' | 'restless' | 'error' | 'trying'
  /** Children that it has in its group. */
  hasChildren?: true
  /** Its process has others around it, which are the sandbox. */
  isBoxed?: true
}

/** Whether it goes up and down even if nothing disturbs it. */
export function isRestless({ settles }: Sort): boolean {
  return settles === 'restless' || settles === 'trying'
}

/** How much a pod prints at once, at most. */
export const mostBurst = 20

/** None gives up: how often it is killed is the monkey's whim. */
const patient = { retries: 1000, minUptime: 300, drainTimeout: 2000 }
const quickStop = { ...patient, stopTimeout: 300 }

/** What makes a sandbox. */
const bubblewrap: string = 'bwrap'
/** Where it tells how far it came lies in there. */
const write = [tmpdir()]

export const sorts: Record<string, Sort> = {
  steady: { params: {}, config: patient, settles: 'up' },
  loud: { params: { burst: String(mostBurst), everyMs: '50' }, config: patient, settles: 'up' },
  stubborn: { params: { stubborn: 'yes' }, config: quickStop, settles: 'up' },
  cleaning: { params: { cleanMs: '120' }, config: patient, settles: 'up' },
  parent: { params: { child: 'yes' }, config: quickStop, settles: 'up', hasChildren: true },
  looping: { params: { loops: 'yes' }, config: { ...patient, readyAfter: 200 }, settles: 'up' },
  checked: {
    params: { checked: 'yes' },
    config: { ...patient, check: { interval: 400, timeout: 400, failures: 2 } },
    settles: 'up',
  },
  cold: { params: {}, config: { ...patient, nodeFlags: ['--max-old-space-size=64'] }, settles: 'up' },
  permitted: { params: {}, config: { ...patient, isolate: { by: 'permission', write } }, settles: 'up' },
  ...(hasBubblewrap() && {
    boxed: { params: {}, config: { ...patient, isolate: { by: 'sandbox', write } }, settles: 'up', isBoxed: true },
  }),
  crashing: { params: { crashAfterMs: '300' }, config: { minUptime: 100 }, settles: 'restless' },
  failing: { params: { crashAfterMs: '5' }, config: { giveUp: 'after 3' }, settles: 'error' },
  trying: { params: { crashAfterMs: '5' }, config: { retries: 3 }, settles: 'trying' },
}

const source = readFileSync(fileURLToPath(new URL('pods/counter.js', import.meta.url)), 'utf8')

/** The code of a version of a pod: no two have the same image, so that harm to one is harm to no other. */
export function codeOf(name: string, sort: Sort, version: number): string {
  const own = source.replace('const sort = {}', `const sort = ${JSON.stringify(sort.params)}`)
  return `${own}\nexport const config = ${JSON.stringify(sort.config)}\nexport const version = '${name} ${version}'\n`
}

/** Elsewhere no pod is in a sandbox. */
function hasBubblewrap(): boolean {
  try {
    execFileSync(bubblewrap, ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', 'true'])
    return true
  } catch {
    return false
  }
}

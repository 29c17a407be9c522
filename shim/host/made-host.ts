// A host as the pod that has made it knows it: what `p8a.host(name)` returns.
import type { Host, HostedPod, Image, OwnVerbs, RunOptions } from '../../protocol/author.ts'
import type { AskRoot } from './ask-root.ts'
import { HostedRun } from './hosted-run.ts'
import { ownVerbs } from './own-verbs.ts'

/** What becomes of a host is the matter of whoever keeps the run's hosts. */
type MadeOptions = Pick<Host, 'scope' | 'close'> & {
  path: string
  /** Asked for each time that the pod looks at it. */
  mounted: () => Promise<void>
  /** The pods there that the pod has a handle of, by name. */
  pods: Map<string, HostedRun>
}

export function madeHost(root: AskRoot, { path, mounted, pods, scope, close }: MadeOptions): Host {
  const own = ownVerbs(root, path)
  const hosted = (name: string): HostedRun => {
    const known = pods.get(name) ?? new HostedRun(path, name, verbsOf(own, name))
    pods.set(name, known)
    return known
  }
  return Object.freeze<Host>({
    path,
    get mounted() {
      return mounted()
    },
    own,
    run: async (name, image, params = {}, options = {}) =>
      await runImage(own, hosted(name), { image, params, ...options }),
    runs: async () => {
      const statuses = await own.list()
      return statuses.map(({ name, status, text }) => {
        const pod = hosted(name)
        pod.onChanged(status, text)
        return pod
      })
    },
    scope,
    changed: () => {
      // Without a root nobody watches; the next root asks by itself.
      void root.ask('podsChanged', { path }).catch(() => {})
    },
    close,
  })
}

function verbsOf(own: OwnVerbs, name: string): Pick<HostedPod, 'stop' | 'call'> {
  return {
    stop: async () => void (await own.stop(name)),
    call: async (fn, ...args) => await own.call(name, fn, args),
  }
}

type Wanted = RunOptions & { image: Image; params: Readonly<Record<string, string>> }

/** Sees to it that the newest version is up with these params; a pod that is so already is left alone. */
async function runImage(own: OwnVerbs, pod: HostedRun, { image, params, config = {} }: Wanted): Promise<HostedRun> {
  const { name } = pod
  await own.push({ ...image, name })
  const { want, latest, version, params: had } = await own.status(name)
  const isAsWanted = want === 'up' && version === latest && sameTexts(had, params)
  if (want === 'up' && !isAsWanted) await own.stop(name)
  pod.onChanged('waiting', '')
  const { status, text } = isAsWanted ? await own.status(name) : await own.start(name, params, config)
  pod.onChanged(status, text)
  return pod
}

function sameTexts(some: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(some)
  return names.length === Object.keys(others).length && names.every(name => some[name] === others[name])
}

// `pod.env`: the environment variables of a pod: which there are, and what stands in the place of others from now on.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { PodEnv, Variable } from '../../protocol/words.ts'
import { variablesOfFiles } from '../pod/kept-env.ts'
import type { Desired } from '../store/desired.ts'
import { podHost } from './pod-host.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `bad_params`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function env(site: Site, params: MethodParams<'pod.env'>): Promise<PodEnv> {
  const { name, set, unset, values, wait } = params
  const { supervisor } = site.pods.get(name)
  if (Object.keys(set).length + unset.length > 0) {
    const host = podHost(site)
    const firstRun = supervisor.lastNumber + 1
    const own = supervisor.inForce?.image.config.env ?? {}
    await host.change(supervisor, desired => {
      site.seams.log.info('verb', 'env', { pod: name, set: Object.keys(set), unset })
      return withVariables(desired, { own, ...params })
    })
    await supervisor.keeping.onVariables(host, { wait, firstRun })
  }
  const { inForce } = supervisor
  const { desired, image } = inForce ?? {}
  // A start says what is wrong with a file.
  const files = inForce && (await variablesOfFiles(site.seams.paths, { name, ...inForce }).catch(() => ({})))
  const all: Variable[] = [
    ...from('file', files),
    ...from('image', image?.config.env),
    ...from('start', desired?.config.env),
    ...from('env', desired?.env),
  ]
  // A later one stands in the place of an earlier one.
  const byName = new Map(all.map(variable => [variable.name, variable]))
  const env = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { name, env: values ? env : env.map(({ value: _, ...variable }) => variable) }
}

function from(where: Variable['from'], env: Record<string, string> = {}): Variable[] {
  return Object.entries(env).map(([name, value]) => ({ name, value, from: where }))
}

/** A variable stands in one place alone, beside what the code of the pod says. @throws {P8aError} `bad_params` */
function withVariables(
  { env = {}, config, ...desired }: Desired,
  {
    name,
    set,
    unset,
    own,
  }: { name: string; set: Record<string, string>; unset: string[]; own: Record<string, string> },
): Desired {
  const given = config.env ?? {}
  for (const variable of unset) {
    if (Object.hasOwn(env, variable) || Object.hasOwn(given, variable)) continue
    const isOwn = Object.hasOwn(own, variable)
    throw new P8aError(
      'bad_params',
      `Cannot unset ${variable} of pod ${quote(name)}: ${isOwn ? 'its own config sets it' : 'it is not set'}`,
      {
        ...(isOwn && { hint: `Give it another value: ${variable}=` }),
        facts: { pod: name, variable },
      },
    )
  }
  const gone = new Set([...unset, ...Object.keys(set)])
  const without = (all: Record<string, string>) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !gone.has(key)))
  return {
    ...desired,
    config: config.env ? { ...config, env: without(given) } : config,
    env: { ...without(env), ...set },
  }
}

// What is wrong with the policies of a manifest that no schema knows: a host would find it only as a pod is begun, with others up
// by then. It asks no host.
import type * as v from 'valibot'
import type { configSchema } from '../../protocol/config.ts'
import { readPattern } from '../../protocol/cron-pattern.ts'
import { addressText, readAddress } from '../../protocol/listen.ts'
import { zoneNamed } from '../../protocol/zone.ts'

type Policy = Pick<v.InferOutput<typeof configSchema>, 'schedule' | 'sleep' | 'listen' | 'route'>

/** A pod of a manifest. `mayListen`: what is pushed may have a port by its own config. */
export type Checked = { name: string; policy: Policy; mayListen: boolean }

/** `path`: keys below the pod. */
export type PolicyProblem = { name: string; path: string[]; text: string; hint?: string }

/** All that is wrong, pod by pod. */
export function policyProblems(pods: readonly Checked[]): PolicyProblem[] {
  const taken = new Map<string, string>()
  return pods.flatMap(pod => [...scheduleProblems(pod), ...sleepProblems(pod), ...takenProblems(pod, taken)])
}

function scheduleProblems({ name, policy: { schedule } }: Checked): PolicyProblem[] {
  if (!schedule) return []
  const path = ['schedule']
  const pattern = readPattern(schedule.at)
  if ('why' in pattern) {
    return [{ name, path, text: `"schedule" ${JSON.stringify(schedule.at)}: ${pattern.why}`, hint: pattern.hint }]
  }
  if (schedule.zone === undefined || zoneNamed(schedule.zone)) return []
  const hint = 'A zone is a name such as Europe/Berlin, or an offset from UTC such as +05:30'
  return [{ name, path, text: `there is no time zone ${JSON.stringify(schedule.zone)}`, hint }]
}

function sleepProblems({ name, policy: { sleep, listen }, mayListen }: Checked): PolicyProblem[] {
  if (!sleep || listen || mayListen) return []
  const text = `"${name}" has sleep, and no port: nothing could wake it`
  return [{ name, path: ['sleep'], text, hint: 'Let the host hold a port for it: listen: auto' }]
}

/** An address, or a route, belongs to one pod. */
function takenProblems({ name, policy: { listen = {}, route = [] } }: Checked, taken: Map<string, string>) {
  const wanted = [
    ...Object.values(listen).flatMap(text => {
      const at = fixedAddress(String(text))
      return at === undefined ? [] : [{ key: 'listen', at, what: `the address ${at}` }]
    }),
    ...route.map(({ at }) => ({ key: 'route', at, what: `the route ${at}` })),
  ]
  const problems: PolicyProblem[] = []
  for (const { key, at, what } of wanted) {
    const owner = taken.get(`${key} ${at}`)
    if (owner === undefined) taken.set(`${key} ${at}`, name)
    else if (owner !== name) {
      problems.push({ name, path: [key], text: `"${name}" has ${what}, which is that of "${owner}"` })
    }
  }
  return problems
}

/** Undefined where any free one will do. */
function fixedAddress(text: string): string | undefined {
  const wanted = readAddress(text)
  if (!wanted) return undefined
  if ('port' in wanted)
    return wanted.port === 0 ? undefined : addressText({ host: wanted.host ?? '', port: wanted.port })
  return wanted.path
}

// The verbs of a host by the names of their methods. What crosses the wire is checked before it comes here, and errors
// become wire replies after it.
import type { MethodName } from '../../protocol/methods.ts'
import { call } from './call.ts'
import { command } from './command.ts'
import { commands } from './commands.ts'
import { env } from './env.ts'
import { followEvents, listEvents } from './events.ts'
import { group } from './group.ts'
import { addHook, listHooks, removeHook } from './hook.ts'
import { hostMetrics } from './host-metrics.ts'
import { imageBytes, listImages, pruneImages, showImage } from './image.ts'
import { info } from './info.ts'
import { list } from './list.ts'
import { logs } from './logs.ts'
import { output } from './output.ts'
import { pastUsage } from './past-usage.ts'
import { listProfiles, removeProfile, setProfile } from './profile.ts'
import { push } from './push.ts'
import { files, missing } from './push-files.ts'
import { queueVerbs } from './queue.ts'
import { listQuotas, setQuota } from './quota.ts'
import { reload } from './reload.ts'
import { remove } from './remove.ts'
import { restart } from './restart.ts'
import { rollback } from './rollback.ts'
import { runs } from './runs.ts'
import { savings } from './savings.ts'
import { scale } from './scale.ts'
import { script } from './script.ts'
import { send } from './send.ts'
import { sleep } from './sleep.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { stopHost } from './stop-host.ts'
import { upgradeHost } from './upgrade-host.ts'
import type { HostVerb, Verb } from './verb.ts'
import { versions } from './versions.ts'
import { wake } from './wake.ts'
import { watch } from './watch.ts'

/** What a host does by itself with its pods, whatever the pod that owns it handles. */
export const verbs: { readonly [M in HostVerb]: Verb<M> } = {
  'host.info': info,
  'host.watch': watch,
  'events.list': listEvents,
  'events.follow': followEvents,
  'hook.add': addHook,
  'hook.list': listHooks,
  'hook.remove': removeHook,
  'host.metrics': hostMetrics,
  'host.savings': savings,
  'host.stop': stopHost,
  'host.upgrade': upgradeHost,
  'pod.push': push,
  'pod.push.missing': missing,
  'pod.push.files': files,
  'pod.start': start,
  'pod.stop': stop,
  'pod.restart': restart,
  'pod.reload': reload,
  'pod.rollback': rollback,
  'pod.wake': wake,
  'pod.sleep': sleep,
  'pod.scale': scale,
  'pod.env': env,
  'pod.group': group,
  'pod.send': send,
  'profile.list': listProfiles,
  'profile.set': setProfile,
  'profile.remove': removeProfile,
  'quota.list': listQuotas,
  'quota.set': setQuota,
  'image.list': listImages,
  'image.show': showImage,
  'image.bytes': imageBytes,
  'image.prune': pruneImages,
  'pod.status': status,
  'pod.usage': pastUsage,
  'pod.versions': versions,
  'pod.list': list,
  'pod.remove': remove,
  'pod.runs': runs,
  'pod.logs': logs,
  'pod.script': script,
  'pod.output': output,
  ...queueVerbs,
  'pod.call': call,
  'pod.commands': commands,
  'pod.command': command,
}

export function isHostVerb(method: MethodName): method is HostVerb {
  return Object.hasOwn(verbs, method)
}

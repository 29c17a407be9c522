// HTTP by name and path to any pod of this host and of the hosts within: `pod push local gateway p8a:gateway`, and then
// `pod start local gateway --listen 80`. docs/GATEWAY.md tells all that it does.
import { once } from 'node:events'
import type { P8a, Pod, PodConfigInput, Watch } from 'p8a'
import { accessLine } from './access-line.ts'
import { commandsOf } from './commands.ts'
import { httpDoor } from './doors.ts'
import type { Tell } from './exchange.ts'
import { Gateway } from './gateway.ts'
import { Governor } from './governor.ts'
import { PauseFiles } from './pause-files.ts'
import { placesOf, placesText } from './places.ts'
import { openRegistry } from './registry/settings.ts'
import { Running } from './running.ts'
import { Secure } from './secure.ts'
import { ServedPods } from './served.ts'
import { type Settings, settingsOf } from './settings.ts'
import type { AllStats, Count } from './stats.ts'

/** It may wake pods, and do nothing else. */
export const config: PodConfigInput = { may: 'deploy', listen: 8080, check: { interval: '5s' } }

let running: Running | undefined

/** This run, once it has begun. */
function ours(): Running {
  if (running) return running
  throw new Error('The gateway has not begun yet')
}

/** All routes, with the pods that have them. */
export const routes = (): readonly object[] => ours().routes()

/** What all runs of this gateway have counted, by pod. */
export const stats = async (): Promise<AllStats> => await ours().stats()

/** What this run alone has counted: the runs ask each other. */
export const count = (): Count => ours().count()

/** Reads what another run has written for all. */
export const reread = async (): Promise<void> => await ours().reread()

/** Wakes a pod, with its hooks, for a run that does not lead. */
export const wakeFor = async (name: string): Promise<void> => await ours().wakeFor(name)

export const commands = commandsOf(ours)

const main: Pod = async (params, bus, p8a) => {
  const settings = settingsOf(params)
  const ending = new AbortController()
  const watch = p8a.watch({ within: true, signal: ending.signal })
  const served = new ServedPods(() => known())
  const places = placesOf(process.env, settings)
  const leads = () => running?.leads() ?? false
  const { storage } = p8a
  const orders = () => running?.isFirst() ?? false
  const shared = await openRegistry(settings.registry, text => p8a.log('registry', text))
  const { registry } = shared
  const secure = new Secure(settings, { storage, orders, shared, log: (tag, text) => p8a.log(tag, text) })
  const stats = async () => await running?.wholeStats()
  const governor = new Governor({
    ...{ p8a, pods: served.all, registry, stats, changed: () => known() },
    leads,
    leader: { wake: async (name, signal) => await ours().leaderWakes(name, signal) },
  })
  const wake = governor.wake.bind(governor)
  const challenge = (path: string) => secure.challenge(path)
  const toHttps = secure.redirect(places.https)
  const behind = { pods: served.all, wake, toHttps, challenge, rules: () => governor.rules }
  const gateway = new Gateway(behind, settings, over => log(over, { p8a, settings }))
  let told: readonly string[] = []
  const known = () => {
    governor.looked()
    gateway.changed()
    secure.routed(gateway.routes)
    const { problems } = gateway
    for (const problem of problems) if (!told.includes(problem)) p8a.log('rules', problem)
    told = problems
  }
  if (settings.rules !== undefined) await governor.follow(settings.rules, ending.signal)
  const looked = () => {
    governor.looked()
    secure.looked()
  }
  await follow({ watch, served }, known, name => name === p8a.name && looked())
  const pauses = new PauseFiles(p8a.storage)
  const run = new Running({ gateway, governor, secure, pauses, pods: served.all, p8a, ...settings })
  await pauses.watch(() => void run.reread(), ending.signal)
  await run.reread()
  running = run
  governor.looked()
  const servers = [
    ...(places.http === undefined ? [] : [httpDoor(gateway, settings).listen(places.http)]),
    ...(places.https === undefined
      ? []
      : [(await secure.open(gateway, { hasHttp: places.http !== undefined })).server.listen(places.https)]),
  ]
  await Promise.all(servers.map(server => server.listening || once(server, 'listening')))
  bus.on('drain', () => gateway.drain())
  secure.looked()
  secure.onChange(text => bus.emit('status', 'up', placesText(servers) + text))
  return async () => {
    ending.abort()
    secure.close()
    governor.close()
    served.close()
    void registry.close()
    for (const server of servers) server.close()
    await gateway.close()
  }
}
export default main

function log(over: Parameters<Tell>[0], { p8a, settings }: { p8a: P8a; settings: Settings }): void {
  const { access, accessFormat: format } = settings
  if (access === 'off' || (access === 'errors' && over.status < 499)) return
  p8a.log('access', accessLine(over.told(), { format, now: new Date() }))
}

/** Resolves once the pods are known, and then goes on to tell of each change. */
async function follow(
  { watch, served }: { watch: Watch; served: ServedPods },
  changed: () => void,
  ran: (name: string) => void,
): Promise<void> {
  const known = Promise.withResolvers<void>()
  const going = async () => {
    for await (const change of watch) {
      served.take(change, watch.pods)
      if (change.type === 'run' || change.type === 'ended') ran(change.name)
      else changed()
      known.resolve()
    }
  }
  going().catch(error => {
    known.reject(error)
    // A gateway that sees no changes would send requests astray.
    process.nextTick(() => {
      throw error
    })
  })
  await known.promise
}

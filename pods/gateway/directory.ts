// Whose a request is: the routes, groups and rules that are in force, as the pods say them, and where each pod listens.
// It knows nothing of whether a pod is up beyond which member of a group can take a request.

import { type Address, addressOf, type PortOfPod } from '../port-address.ts'
import { type Group, type Grouped, groupsOf, memberFor } from './groups.ts'
import { Refusal } from './refusal.ts'
import type { Peer } from './request-headers.ts'
import { podNamed, type Route, type Routed, type Routes, routesOf } from './routes.ts'
import type { Rules } from './rules.ts'
import { Shares } from './shares.ts'
import { onward, type Target } from './target.ts'
import { isReady, type Known } from './wakes.ts'

/** What the gateway knows of a pod. */
export type KnownPod = Known & Routed & Grouped & { ports?: readonly PortOfPod[] | undefined }

/** `pods`: all that there are, as they are now. `rules`: those in force. */
export type Source = { pods: ReadonlyMap<string, KnownPod>; rules?: (() => Rules) | undefined }

/** Whose a request is, a pod or a group, and the path that the pod gets. */
export type Found = { name: string; path: string; http: Route['http'] }

/** Whether there is somewhere to reach it, or will be once it is up. */
const hasPort = (pod: KnownPod | undefined) => pod?.config.listen !== undefined || addressOf(pod?.ports) !== undefined

/** By what a member is chosen. `isPaused`: whether it takes nothing now. `avoid`: one that was not reached. */
export type Choice = { key: string | undefined; isPaused: (pod: string) => boolean; avoid?: string | undefined }

export class Directory {
  #source: Source
  #domain: string | undefined
  #routes: Routes = routesOf([])
  #groups: ReadonlyMap<string, Group> = new Map()
  #shares: ReadonlyMap<string, Shares> = new Map()

  /** @param domain under it a host name without a route means a pod */
  constructor(source: Source, { domain }: { domain: string | undefined }) {
    this.#source = source
    this.#domain = domain
  }

  get routes(): Routes {
    return this.#routes
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#groups
  }

  pod(name: string): KnownPod | undefined {
    return this.#source.pods.get(name)
  }

  /** What keeps a pod from being reached by a route or group that it has, though it may be up; undefined if nothing does. */
  hindrance(pod: string): string | undefined {
    const known = this.pod(pod)
    return known?.elsewhere?.problem ?? (hasPort(known) ? undefined : 'it has no port')
  }

  /** What rules say of pods and cannot be done. */
  get problems(): readonly string[] {
    const { pods, rules } = this.#source
    if (!rules) return []
    const none = [...pods.keys()].flatMap(name => {
      const texts = rules().serves(name) ? rules().of(name).noRoutes : []
      return texts.map(text => `pod ${name} does not get ${text}, which is no route`)
    })
    const { clashes } = this.#routes
    return [
      ...none,
      ...clashes.map(({ at, pod, holder }) => `pod ${pod} does not get the route ${at}: ${holder} has it`),
    ]
  }

  /** To be called when the routes or ports of a pod, or the rules, may have changed. @returns the pods that are served now */
  changed(): ReadonlyMap<string, KnownPod> {
    const pods = this.#served()
    this.#groups = groupsOf(pods)
    this.#shares = new Map([...this.#groups.keys()].map(name => [name, this.#shares.get(name) ?? new Shares()]))
    this.#routes = routesOf(pods, this.#groups)
    return pods
  }

  /** @throws {Refusal} `no_route` */
  find(target: Target, peer: Peer): Found {
    const route = this.#routes.find(target.host, target.path)
    if (route) return { name: route.pod, path: onward(target, route), http: route.http }
    const named =
      (this.#domain !== undefined ? podNamed(target.host, this.#domain) : undefined) ??
      // Anybody may claim to ask for such a name.
      (isLoopback(peer.address) ? podNamed(target.host, 'localhost') : undefined)
    if (named === undefined || !(this.#listens(named) || this.#groups.has(named))) {
      throw new Refusal(404, 'no_route', `There is nothing at ${target.host}`)
    }
    return { name: named, path: target.raw, http: 'h1' }
  }

  /** Whether nobody is woken, or kept awake, for such a request. */
  isQuiet({ path }: Target, agent: string | undefined): boolean {
    return this.#source.rules?.().isQuiet(path, agent) ?? false
  }

  /**
   * The member of a group, by its name, that gets a request. Members that are up, or sleep, share what comes; only if there are none, one
   * that is about to be up is waited for.
   * @throws {Refusal} `pod_down`, `no_port`
   */
  memberOf(name: string, { key, isPaused, avoid }: Choice): string {
    const isFit = (name: string) => {
      const pod = this.pod(name)
      return name !== avoid && !isPaused(name) && pod !== undefined && isReady(pod) && hasPort(pod)
    }
    const isComing = (name: string) => !isPaused(name) && this.pod(name)?.want === 'up' && hasPort(this.pod(name))
    const members = this.#groups.get(name)?.members ?? []
    const shares = this.#shares.get(name) ?? new Shares()
    const pod =
      memberFor({ members }, { isFit, key, shares }) ?? memberFor({ members }, { isFit: isComing, key, shares })
    if (pod !== undefined) return pod
    if (members.every(({ pod }) => !hasPort(this.pod(pod)))) throw noPort('No member of the group has a port')
    throw new Refusal(503, 'pod_down', 'What is asked for does not run', { detail: 'no member of the group is up' })
  }

  /** @throws {Refusal} `no_port` */
  addressOf(name: string): Address {
    const pod = this.pod(name)
    const address = addressOf(pod?.ports)
    if (address) return address
    throw noPort(pod?.elsewhere?.problem ?? 'Its config has no `listen`')
  }

  #listens(name: string): boolean {
    const { rules } = this.#source
    const pod = this.pod(name)
    return (hasPort(pod) || pod?.elsewhere !== undefined) && rules?.().serves(name) !== false
  }

  /** The pods that the rules do not leave out, with the routes that rules give them. */
  #served(): ReadonlyMap<string, KnownPod> {
    const { pods, rules } = this.#source
    if (!rules) return pods
    const served = [...pods].filter(([name]) => rules().serves(name))
    return new Map(
      served.map(([name, pod]) => {
        const { routes } = rules().of(name)
        const config = { ...pod.config, route: [...(pod.config.route ?? []), ...routes] }
        return [name, routes.length === 0 ? pod : { ...pod, config }]
      }),
    )
  }
}

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

const noPort = (detail: string) => new Refusal(502, 'no_port', 'What is asked for listens nowhere', { detail })

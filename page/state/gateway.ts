// What the page knows of gateways: which pods are some, and which routes pods and groups have. Pure.

import { fullName } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'

/** A route: where, to which pod or group, and how that is. */
export type RouteRow = { at: string; to: string; path: string; name: string; pod: PodStatus | undefined }

/** Functions that a gateway exports, and hardly another pod. */
const exported = ['routes', 'stats', 'reread']

/** The gateways that are up. */
export function gatewaysOf(pods: Iterable<PodStatus>): PodStatus[] {
  return [...pods].filter(({ status, exports }) => status === 'up' && exported.every(name => exports?.includes(name)))
}

/** The routes of pods and of groups, by their addresses. */
export function routesOf(pods: Iterable<PodStatus>): RouteRow[] {
  const rows = new Map<string, RouteRow>()
  for (const pod of pods) {
    const { path, name } = pod
    for (const { at } of pod.config?.route ?? [])
      rows.set(`${at} ${fullName(pod)}`, { at, to: fullName(pod), path, name, pod })
    for (const group of pod.groups ?? []) {
      const to = fullName({ path, name: group.name })
      for (const { at } of group.route ?? [])
        rows.set(`${at} ${to}`, { at, to, path, name: group.name, pod: undefined })
    }
  }
  return [...rows.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.to < b.to ? -1 : 1))
}

/** What a gateway counted of a pod or group. */
export type Counted = {
  requests: number
  perSecond: number
  p50Ms?: number
  p99Ms?: number
  open: number
  sockets: number
  waiting: number
  errors: Record<string, number>
}
export type ToldCertificate = {
  label: string
  names: string[]
  issuer: string
  endsAt: string
  days: number
  faults: string[]
}
export type GatewayStats = {
  connections: number
  pods: Record<string, Counted>
  tls?: { certificates: ToldCertificate[]; faults: { label: string; text: string }[] }
  rules?: string
}

/** Errors in a few words: `no_route 3, failed 1`. */
export function errorsText(errors: Readonly<Record<string, number>>): string {
  return Object.entries(errors)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')
}

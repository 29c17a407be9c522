// An ecosystem of PM2, or its dump, as pods of a manifest, with what became of each key.

import { basename, extname } from 'node:path'
import { nearest } from '../../protocol/nearest.ts'
import type { Draft, Imported, Note } from './imported.ts'
import { type App, meantByPeople, pm2KeyOf, pm2Keys } from './pm2-keys.ts'
import { programOf } from './pm2-program.ts'
import { podName } from './pod-names.ts'

export type Pm2Options = {
  /** Folder of the ecosystem file. */
  from: string
  /** Folder of the manifest. */
  to: string
  /** Which `env_NAME` goes over `env`. */
  env?: string | undefined
}

/** @param ecosystem what the file exports: `{ apps: [...] }`, a list, or a single app; undefined if it is none of these */
export function importPm2(ecosystem: unknown, options: Pm2Options): Imported | undefined {
  const apps = appsOf(ecosystem)
  if (!apps) return undefined
  const pods = new Map<string, Draft>()
  const notes: Note[] = []
  for (const app of apps) {
    const name = nameOf(app, options, { taken: new Set(pods.keys()), notes })
    pods.set(name, podOf(name, app, { options, notes }))
  }
  if (isObject(ecosystem) && ecosystem.deploy !== undefined)
    notes.push({ of: '', key: 'deploy', lost: 'hosts are remotes here: pod remote add NAME ADDRESS, then pod up NAME' })
  return { pods, notes }
}

function appsOf(ecosystem: unknown): App[] | undefined {
  const list = isObject(ecosystem) && 'apps' in ecosystem ? ecosystem.apps : ecosystem
  const apps = Array.isArray(list) ? list : [list]
  if (!apps.every(isObject) || apps.length === 0) return undefined
  return apps.some(app => 'script' in app || 'exec' in app || 'name' in app) ? apps.map(canonical) : undefined
}

/** The app with its keys by their first names; those that PM2 does not know as they are. Of several names of a key, an empty one says nothing. */
function canonical(app: Record<string, unknown>): App {
  const entries = Object.entries(app).map(([key, value]) => {
    const name = pm2KeyOf(key)
    return [name === undefined || name.startsWith('^') ? key : name, value] as const
  })
  const said = new Set(entries.flatMap(([key, value]) => (isEmpty(value) ? [] : [key])))
  return Object.fromEntries(entries.filter(([key, value]) => !isEmpty(value) || !said.has(key)))
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0)
}

function nameOf(app: App, { env }: Pm2Options, names: Parameters<typeof podName>[1]): string {
  const script = String(app.script ?? 'app')
  const own = typeof app.name === 'string' ? app.name : basename(script, extname(script))
  const suffix = app.append_env_to_name === true && env !== undefined ? `-${env}` : ''
  return podName(`${typeof app.name_prefix === 'string' ? app.name_prefix : ''}${own}${suffix}`, names)
}

function podOf(name: string, app: App, { options, notes }: { options: Pm2Options; notes: Note[] }): Draft {
  const pod: Draft = {}
  const problem = programOf(app, pod, options)
  if (problem !== undefined) notes.push({ of: name, key: 'script', lost: problem })
  pod.env = variablesOf(app, options.env)
  for (const [key, value] of Object.entries(app)) {
    const known = pm2KeyOf(key)
    const take = known === undefined ? meantByPeople[key] : pm2Keys[known]
    const outcome = take?.(value, pod, app) ?? unknown(key)
    if (outcome) notes.push({ of: name, key, ...(isChosen(key, options) ? { became: 'env' } : outcome) })
  }
  if (Object.keys(pod.env ?? {}).length === 0) delete pod.env
  return pod
}

function isChosen(key: string, { env }: Pm2Options): boolean {
  return env !== undefined && key === `env_${env}`
}

function unknown(key: string): { lost: string } {
  const meant = nearest(key, Object.keys(pm2Keys))
  return { lost: `PM2 has no such key${meant === undefined ? '' : `; perhaps ${meant} was meant`}` }
}

/** Values that are no texts become texts as PM2 makes them. */
function variablesOf(app: App, env: string | undefined): Record<string, string> {
  const all = { ...objectOf(app.env), ...(env === undefined ? {} : objectOf(app[`env_${env}`])) }
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  )
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// What a member of a fleet stands on, which is there before anybody may ask it anything: what it knew last of its fleet, and the direct connections by
// which others know it. So a fleet pod that begins anew is missed by nobody for longer than that takes.
import { rm } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { P8a } from 'p8a'
import type { Times } from './decide/alive.ts'
import type { Listening } from './direct/listening.ts'
import { type DirectSetting, type TunnelLimits, usualTunnels } from './direct/setting.ts'
import { Here } from './host/here.ts'
import { KnownFile } from './host/known-file.ts'
import { Root } from './host/root.ts'
import { Tables } from './host/tables.ts'
import type { Engine } from './port/ports.ts'
import type { FleetSettings } from './settings.ts'

export type Ground = {
  engine: Engine
  tables: Tables
  root: Root
  here: Here
  /** Undefined where the engine is within this host, and so there whenever the fleet pod is. */
  known?: KnownFile
  /** Undefined where there are no direct connections. */
  listening?: Listening
}

export type GroundOptions = {
  p8a: P8a
  settings: FleetSettings
  times: Times
  path: string
  direct?: DirectSetting
  tunnels?: TunnelLimits
}

export const logTag = 'fleet'

/** Of this machine since its boot, whatever its clock says, with the time in which it was suspended: it goes on in the next process. */
export const nowMs = (): number => uptime() * 1000

export const knownFile = (storage: string): string => join(storage, 'known.jsonl')
export const directFile = (storage: string): string => join(storage, 'direct.json')

/** @returns once it knows what it knew last, and listens where it listened last */
export async function groundOf(options: GroundOptions, engine: Engine): Promise<Ground> {
  const { p8a, settings, times, path, direct, tunnels = usualTunnels } = options
  const { host, fleet } = settings
  const log = (text: string) => p8a.log(logTag, text)
  const tables = new Tables(nowMs, { host, times })
  const root = new Root()
  const here = new Here({ p8a, path: `${path}.${host}`, told: () => root.pods })
  const ground = { engine, tables, root, here }
  if (settings.engine.kind === 'embedded') {
    await rm(knownFile(p8a.storage), { force: true })
    return ground
  }
  const known = new KnownFile({ file: knownFile(p8a.storage), fleet, tables, log })
  await known.recall()
  if (direct === 'off') return { ...ground, known }
  const { Listening } = await import('./direct/listening.ts')
  const listening = await Listening.open({
    ...{ engine, fleet, host, log, file: directFile(p8a.storage), at: direct },
    directOf: name => (tables.isAlive(name) ? tables.hosts.get(name)?.record.direct : undefined),
    tunnels: {
      here: async name => {
        await root.told()
        return here.told(name)
      },
      most: tunnels.tunnels,
    },
  })
  return { ...ground, known, listening }
}

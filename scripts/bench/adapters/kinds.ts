// All that can be measured, in the order of their columns: process managers, proxies, and queues.
import { bullmq } from './bullmq.ts'
import type { Kind } from './manager.ts'
import { p8a } from './p8a.ts'
import { pm2Cluster, pm2Fork } from './pm2.ts'
import { proxies } from './proxies.ts'
import { runit } from './runit.ts'
import { s6 } from './s6.ts'
import { supervisord } from './supervisord.ts'

export const ours: Kind = p8a
export const peers: readonly Kind[] = [pm2Fork, pm2Cluster, supervisord, s6, runit, ...proxies, ...bullmq]

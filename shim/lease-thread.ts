// The thread that looks at the lease of a run.
import { workerData } from 'node:worker_threads'
import type { Lease } from '../protocol/lease.ts'
import { watchLease } from './lease.ts'
import { endForLease } from './leased.ts'

watchLease(workerData as Lease, endForLease).hold()

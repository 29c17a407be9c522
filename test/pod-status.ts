// Statuses of pods and runs as a host tells them, for tests that need some.
import type { PodStatus, RunStatus } from '../protocol/words.ts'

export function podStatus(name: string, more: Partial<PodStatus> = {}): PodStatus {
  const runs = more.runs ?? []
  return {
    name,
    path: '',
    kind: 'service',
    status: runs.length > 0 ? 'up' : 'idle',
    text: '',
    version: 1,
    latest: 1,
    hash: 'ab'.repeat(32),
    want: runs.length > 0 ? 'up' : 'idle',
    scale: 1,
    up: runs.length,
    restarts: 0,
    params: {},
    labels: {},
    exports: [],
    config: {},
    runs,
    ...more,
  }
}

export function runStatus(id: string, more: Partial<RunStatus> = {}): RunStatus {
  return {
    id,
    slot: 0,
    state: 'up',
    pid: 4711,
    startedAt: '2026-11-20T10:00:00.000Z',
    restarts: 0,
    version: 1,
    ...more,
  }
}

// A real host under attack: that it is there, that it has not grown without end, and that it answers as ever.
import assert from 'node:assert/strict'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestHost } from '../../test/e2e/harness.ts'
import { isAlive } from '../../test/processes.ts'
import { until } from '../../test/until.ts'

/** What a host may grow by, whatever it was told. */
const maxGrowthBytes = 400 * 1024 * 1024
/** Descriptors that may come and go: those of the pods' links, of files that are being read. */
const someDescriptors = 10

export class Watched {
  #pid: number
  #startBytes: number
  #startDescriptors: number

  constructor({ pid }: TestHost) {
    this.#pid = pid
    this.#startBytes = residentBytes(pid)
    this.#startDescriptors = descriptors(pid)
  }

  check(): void {
    assert.ok(isAlive(this.#pid), 'the host is there')
    const grown = residentBytes(this.#pid) - this.#startBytes
    assert.ok(grown < maxGrowthBytes, `the host has grown by ${grown} bytes`)
  }

  /** Once all clients have left, none of their connections is kept. */
  async checkClosed(): Promise<void> {
    const most = this.#startDescriptors + someDescriptors
    await until(() => descriptors(this.#pid) <= most, `it has no more than ${most} descriptors`)
  }
}

/** The last looks at a host, which is ended by them. */
export async function closeWatched(host: TestHost, watched: Watched): Promise<void> {
  try {
    watched.check()
    await watched.checkClosed()
    await checkAnswers(host)
    checkModes(host.data)
  } finally {
    await host.dispose()
  }
}

/** It answers, and has met no error that nobody expected. */
export async function checkAnswers(host: TestHost): Promise<void> {
  const client = await host.client()
  const bugs = await client.call('pod.logs', { tags: ['bug'] })
  await client.call('pod.list', {})
  client.close()
  assert.deepEqual(bugs.entries, [])
}

/** Everything in a data directory is its owner's alone. */
export function checkModes(data: string): void {
  const paths = readdirSync(data, { recursive: true, encoding: 'utf8' }).map(name => join(data, name))
  const open = [data, ...paths].flatMap(path => {
    const mode = lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0
    return (mode & 0o077) === 0 || (mode & 0o170000) === 0o120000 ? [] : [`${path} is ${(mode & 0o777).toString(8)}`]
  })
  assert.deepEqual(open, [])
}

function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  return pages * 4096
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

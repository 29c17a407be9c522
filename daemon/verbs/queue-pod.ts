// The pod that keeps the queues of a host: it is pushed and started once there is a worker.
import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { methods } from '../../protocol/methods.ts'
import { queueName, quote } from '../../protocol/names.ts'
import type { Asker } from '../../protocol/words.ts'
import { queueFile } from '../system/programs.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { findQueue, isQueue } from './find-queue.ts'
import { podHost } from './pod-host.ts'
import { push } from './push.ts'
import type { Site } from './verb.ts'

/** By the pods of a host: who comes while it is being begun waits for that. */
const beginning = new WeakMap<Site['pods'], Promise<void>>()

/** Those that this host has looked at: an earlier one may have pushed what was older. */
const renewed = new WeakSet<Site['pods']>()

/** The host itself asks for it. */
const by: Asker = { name: 'p8a', role: 'admin', path: '' }

/**
 * Resolves once the queue of a host is up. One that somebody stopped stays so.
 * @throws {P8aError} `pod_exists` where another pod has its name; `pod_not_up` where it was stopped; `quota_exceeded`; what its push and its start throw
 */
export async function queueIsUp(site: Site): Promise<void> {
  const found = site.pods.find(queueName)?.supervisor
  if (found && isQueue(found) && found.state === 'up' && renewed.has(site.pods)) return
  const begun = beginning.get(site.pods) ?? begin(site).finally(() => beginning.delete(site.pods))
  beginning.set(site.pods, begun)
  await begun.catch(error => {
    throw ofQueue(error)
  })
}

/** Whether somebody stopped it. */
export function queueIsStopped(site: Site): boolean {
  const found = findQueue(site)
  return found !== undefined && isStopped(found)
}

async function begin(site: Site): Promise<void> {
  const found = site.pods.find(queueName)?.supervisor
  if (found && !isQueue(found)) throw nameTaken(site)
  if (found && isStopped(found)) throw stopped(site)
  if (!found || isOurs(found)) await renew(site, found)
  await takeShare(site)
  const { keeping } = site.pods.get(queueName).supervisor
  await keeping.wake(podHost(site), { name: queueName, path: site.path, hops: 0, wait: true })
  renewed.add(site.pods)
}

/** Before it takes items: how many it may have, where a quota says so. */
async function takeShare({ path, tenants, daemon }: Site): Promise<void> {
  if (!tenants.quotas.over(path).some(({ bounds }) => bounds.items !== undefined)) return
  const { shareItems } = await import('./item-shares.ts')
  await shareItems(daemon.hosts)
}

/** As {@link pushOwn}. One that is there goes on as it was where it cannot be renewed. */
async function renew(site: Site, found: PodSupervisor | undefined): Promise<void> {
  await pushOwn(site).catch(error => {
    if (!found) throw error
    site.seams.log.warn('verb', 'The queue goes on as it was', { pod: queueName, err: error })
  })
}

/** Pushes what comes with this host, unless that is there; one that is up with something older is reloaded. */
async function pushOwn(site: Site): Promise<void> {
  const pushed = { name: queueName, code: await ownCode(), file: 'queue.js', path: site.path }
  const params = v.parse(methods['pod.push'].params, pushed)
  const { unchanged } = await push(site, params, { by, signal: new AbortController().signal })
  const { keeping, state } = site.pods.get(queueName).supervisor
  if (unchanged || state !== 'up') return
  await keeping.reload(podHost(site), { name: queueName, path: site.path, hops: 0, width: 1, wait: true })
}

async function ownCode(): Promise<string> {
  try {
    return await readFile(queueFile(), 'utf8')
  } catch (cause) {
    throw new P8aError(
      'start_failed',
      `There is no queue now: its program cannot be read: ${(cause as Error).message}`,
      {
        hint: 'Install p8a anew if the file is not there',
        facts: { pod: queueName, file: queueFile() },
        cause,
      },
    )
  }
}

/** Whoever has pushed one themselves keeps it. */
function isOurs({ inForce }: PodSupervisor): boolean {
  return inForce?.desired.images.at(-1)?.by === by.name
}

/** Somebody stopped it; one that was only pushed so far is to be begun. */
function isStopped({ inForce }: PodSupervisor): boolean {
  return inForce?.desired.want === 'idle' && inForce.desired.version > 0
}

function stopped({ path }: Site): P8aError {
  return new P8aError('pod_not_up', `There is no queue now: pod ${quote(queueName)} was stopped`, {
    hint: { text: 'Its items are kept; start it', do: { verb: 'start', args: [queueName] } },
    facts: { pod: queueName, path },
  })
}

/** Whoever starts a worker has not asked for the pod that a quota refuses. */
function ofQueue(error: unknown): unknown {
  if (!(error instanceof P8aError) || error.code !== 'quota_exceeded') return error
  const { code, message, steps, facts } = error
  const why = 'There is no queue for workers, which needs a pod and a run of its own'
  return new P8aError(code, `${why}: ${message}`, { hint: steps, facts, cause: error })
}

function nameTaken({ path }: Site): P8aError {
  return new P8aError('pod_exists', `There is no queue for workers: another pod has the name ${quote(queueName)}`, {
    hint: 'Push that pod under another name, and remove it here',
    facts: { pod: queueName, path },
  })
}

// Waits for what comes of a start, a restart or a scale, and says why it did not come up.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { P8aError } from '../../../protocol/errors.ts'
import type { Hint, Step } from '../../../protocol/hint.ts'
import { quote, runId } from '../../../protocol/names.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { isKept } from '../../pod/service-order.ts'
import { wholeStatusOf } from '../pod-status.ts'
import type { Pod, PodHost } from './keeping.ts'
import { lastAttempt, nextIn } from './service-text.ts'

/**
 * How a pod is once it is up, idle or failed; at once where nobody waits.
 * @param options.firstRun the number of the first run that it may lead to, which a failure names
 * @param options.isSettled what else is waited for
 * @throws {P8aError} `start_failed`
 */
export async function outcome(
  host: PodHost,
  pod: Pod,
  { wait, firstRun, isSettled = () => true }: { wait: boolean; firstRun?: number; isSettled?: () => boolean },
): Promise<PodStatus> {
  if (!wait) return wholeStatusOf(host, pod)
  const wasWanted = pod.isWanted
  await pod.until(() => pod.state !== 'waiting' && isSettled())
  const status = wholeStatusOf(host, pod)
  if (wasWanted && !pod.isWanted) throw endedMeanwhile(pod, status)
  if (status.status === 'error') throw await didNotComeUp(host, pod, { status, firstRun })
  return status
}

async function didNotComeUp(
  host: PodHost,
  pod: Pod,
  { status, firstRun }: { status: PodStatus; firstRun: number | undefined },
): Promise<P8aError> {
  const { name } = pod
  return new P8aError('start_failed', `Pod ${quote(name)} did not come up: ${status.cause?.text ?? status.text}`, {
    hint: await hintFor(host, pod),
    facts: {
      pod: name,
      cause: status.cause,
      status,
      ...(firstRun !== undefined && { firstRun: runId(name, firstRun) }),
    },
  })
}

async function hintFor(host: PodHost, pod: Pod): Promise<Hint> {
  const steps = (await missingFolder(host, pod)) ?? repairOf(pod)
  const next = nextIn(host, pod)
  if (next === undefined) return steps
  const text = `the host goes on trying, next in ${next}; to end that`
  return [...steps, { text, do: { verb: 'stop', args: [pod.name] } }]
}

/** What to do about a working directory that is not there; undefined if it is. */
async function missingFolder({ seams }: PodHost, { name, inForce }: Pod): Promise<Step[] | undefined> {
  const cwd = inForce?.config.cwd
  if (cwd === undefined) return undefined
  const found = await stat(resolve(seams.paths.pod(name).storage, cwd)).catch(() => undefined)
  if (found?.isDirectory()) return undefined
  return [
    {
      text: found
        ? `${quote(cwd)} is no directory: put one there, on the machine of the host`
        : `Make the directory ${quote(cwd)} on the machine of the host`,
    },
    { text: 'or name another', do: { verb: 'start', args: [name], options: { cwd: 'DIR' } } },
  ]
}

function repairOf(pod: Pod): Step[] {
  const { name, inForce } = pod
  const end = lastAttempt(pod)?.end
  if (end?.reason === 'start_timeout')
    return [
      { text: readyText(pod) },
      { text: 'to give it more time', do: { verb: 'start', args: [name], options: { 'start-timeout': '2m' } } },
    ]
  if (inForce?.config.listen && isKept(inForce.image) && end?.reason === 'exited' && end.code !== 0)
    return [
      { text: 'If it could not listen: its host holds its sockets, and it has them from descriptor 3 on (LISTEN_FDS)' },
      { text: 'one that opens its port by itself', do: { verb: 'start', args: [name], options: { port: '8080' } } },
      { text: 'without --listen; to see its log', do: { verb: 'logs', args: [name] } },
    ]
  // What it left in the background was ended.
  if (end?.reason === 'exited' && end.message !== undefined)
    return [{ text: 'Push it again, with a command that stays in the foreground' }]
  if (end?.reason === 'exited' && end.code === 0)
    return [
      {
        text: 'If it is meant to end, start it so',
        do: { verb: 'start', args: [name], options: { restart: 'on-failure' } },
      },
      {
        text: 'if it is meant to stay up, something must keep it so, such as a server that listens or a timer, and it must not call process.exit()',
      },
      inForce && isKept(inForce.image)
        ? { text: 'if it goes into the background by itself, give it the option that keeps it in the foreground' }
        : { text: 'if it reads its stdin, start it with --stdin-open' },
    ]
  if (/\bEADDRINUSE\b/.test(end?.message ?? ''))
    return [
      { text: 'Another program has that address: end it, or give the pod another port' },
      { text: 'if it reads the variable PORT', do: { verb: 'start', args: [name], options: { env: 'PORT=8081' } } },
    ]
  if (/its interpreter "[^"]*\\r"/.test(end?.message ?? ''))
    return [{ text: 'Its first line (#!) ends in a carriage return: save it with Unix line ends, and push it again' }]
  if (/its interpreter "/.test(end?.message ?? ''))
    return [
      { text: 'Install it on the machine of the host' },
      { text: 'or name another one in the first line (#!) of the script, and push it again' },
    ]
  // Node's own words for an enum, a namespace, or a parameter property.
  if (/in strip-only mode/.test(end?.message ?? ''))
    return [
      { text: 'Node takes types away and does no more: let a tool do the rest that package.json names, such as tsx' },
      { text: 'and start it by that', do: { verb: 'push', args: [name, '.'], options: { command: 'tsx FILE' } } },
    ]
  return [
    { text: 'Repair it, push it again and start it' },
    { text: 'to see its log', do: { verb: 'logs', args: [name] } },
  ]
}

const listenText =
  "Let it listen at its port: process.env.PORT; or say that it is up: process.send('ready'), READY=1, bus.emit('status', 'up')"

/** How a run is up in time. */
function readyText({ inForce }: Pod): string {
  if (inForce?.config.listen !== undefined) return listenText
  return inForce?.image.format === 'folder'
    ? "Let it listen at its port, or say process.send('ready') or READY=1; or keep its event loop free for readyAfter"
    : "Let its default export return, or keep its event loop free for readyAfter, or emit bus.emit('status', 'up')"
}

/** Another client, or a person's edit, was faster. */
function endedMeanwhile({ name }: Pod, status: PodStatus): P8aError {
  return new P8aError('start_failed', `Pod ${quote(name)} did not come up: it was stopped or removed meanwhile`, {
    hint: { text: 'See who else is at work', do: { verb: 'logs', options: { tag: 'verb' } } },
    facts: { pod: name, status },
  })
}

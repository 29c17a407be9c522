// Pushes a folder: asks which of its files the host does not have, and sends those.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import type { Tree, TreeFile } from '../../protocol/tree.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import { interrupt } from '../interrupt.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { type Amount, type FolderRead, hashOf, partsOf, readFolder } from './read-folder.ts'
import { sendParts } from './send-parts.ts'

export type FolderPush = Omit<MethodInput<'pod.push'>, 'tree' | 'path' | 'code'> & {
  /** Shows lines of its build. */
  say: (lines: readonly string[]) => void
  only?: readonly string[] | undefined
  /** Told how many bytes of those that the host lacks are sent. */
  onSent?: ((sent: number, all: number) => void) | undefined
}

/** How many bytes go in one message. A larger file goes in parts. */
const batchBytes = 4 * 1024 * 1024
/** A folder of which files change is read again so many times. */
const reads = 3
/** To read less than this takes no longer than to ask whether it may be pushed. */
const quick = { bytes: 32 * 1024 * 1024, files: 5000 }

/** @throws {P8aError} `bad_image`, `aborted` by Ctrl-C, and what `pod.push` throws */
export async function pushFolder(
  host: RemoteHost,
  folder: string,
  { say, only, onSent, ...push }: FolderPush,
): Promise<Pushed & { leftOut?: string[] }> {
  const { tree, secrets, place } = await send(host, folder, { asIs: push.asIs ?? false, only }, onSent)
  if (secrets.length > 0) say([withoutSecrets(push.name, secrets)])
  // What is sent is of no use to anyone before the host has all of it, so until here Ctrl-C just ends the command.
  return await interrupt.during(async signal => {
    const pushing = host.push({ ...push, ...place, tree }, signal)
    for (;;) {
      const { value, done } = await pushing.next().catch(async error => {
        if (signal.aborted) throw await givenUp(host, push.name)
        throw await aboutLeftOut(error, folder)
      })
      if (done) return { ...value, ...(secrets.length > 0 && { leftOut: secrets }) }
      say(value)
    }
  })
}

/** The host reads in order: once it has answered, it has ended the build. */
async function givenUp(host: RemoteHost, name: string): Promise<P8aError> {
  await host.call('host.info', {})
  return new P8aError('aborted', `The push of ${JSON.stringify(name)} was given up, and the host builds it no more`, {
    hint: [
      { text: 'Nothing of an earlier version was touched' },
      {
        text: 'the last lines of the build',
        do: { verb: 'logs', remote: host.remote.name, options: { tag: 'build' } },
      },
    ],
    facts: { pod: name, signal: 'SIGINT' },
  })
}

/** Reads a folder and sends what the host lacks, until no file has changed meanwhile. */
async function send(
  host: RemoteHost,
  folder: string,
  options: { asIs: boolean; only: readonly string[] | undefined },
  onSent: FolderPush['onSent'],
): Promise<FolderRead> {
  const check = async (amount: Amount) => {
    if (amount.bytes > quick.bytes || amount.files > quick.files)
      await host.call('pod.push.missing', { hashes: [], ...amount })
  }
  for (let tries = 1; ; tries++) {
    const read = await readFolder(folder, options, check)
    const changed = await sendMissing(host, read, onSent)
    if (changed === undefined) return read
    if (tries === reads)
      throw new P8aError('bad_image', `Cannot push the folder: ${JSON.stringify(changed)} changes while it is pushed`, {
        hint: 'Push again once nothing writes to it, or leave it out by .podignore',
        facts: { file: changed },
      })
  }
}

/** @returns the path of a file that is another one than when it was read first */
async function sendMissing(
  host: RemoteHost,
  { root, tree }: FolderRead,
  onSent: FolderPush['onSent'],
): Promise<string | undefined> {
  const whole = async ({ hash, path }: TreeFile) => {
    const bytes = await allOf(partsOf(root, path)).catch(() => undefined)
    return bytes && hashOf(bytes) === hash ? bytes : undefined
  }
  const parts = ({ path }: TreeFile, from: number) => partsOf(root, path, { from, partBytes: batchBytes })
  return await sendFiles(host, tree, { whole, parts, onSent })
}

async function allOf(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const part of parts) all.push(part)
  return Buffer.concat(all)
}

export type Reading = {
  /** The bytes of a file; undefined if it is another one by now. */
  whole: (file: TreeFile) => Promise<Buffer | undefined>
  /** The same part by part, from some byte on. */
  parts: (file: TreeFile, from: number) => AsyncIterable<Buffer>
  onSent?: FolderPush['onSent']
}

/**
 * Sends the bytes of those files that the host does not have.
 * @returns the path of a file that is another one than when it was read first
 */
export async function sendFiles(
  host: RemoteHost,
  tree: Tree,
  { whole, parts, onSent = () => {} }: Reading,
): Promise<string | undefined> {
  const files = new Map(tree.flatMap(entry => ('link' in entry ? [] : [[entry.hash, entry] as const])))
  const { missing, begun } = await host.call('pod.push.missing', { hashes: [...files.keys()], ...amountOf(tree) })
  const all = missing.reduce((sum, hash) => sum + (files.get(hash)?.size ?? 0) - (begun?.[hash] ?? 0), 0)
  let batch: { hash: string; data: string }[] = []
  let size = 0
  let sent = 0
  const count = (bytes: number) => {
    sent += bytes
    onSent(sent, all)
  }
  const flush = async () => {
    if (batch.length === 0) return
    await host.call('pod.push.files', { files: batch })
    count(size)
    batch = []
    size = 0
  }
  for (const hash of missing) {
    const file = files.get(hash)
    // A host of an earlier version takes files as a whole alone.
    if (file && begun && file.size > batchBytes) {
      if (!(await sendParts(host, { file, from: begun[hash] ?? 0, parts, onSent: count }))) return file.path
      continue
    }
    const bytes = file && (await whole(file))
    if (!bytes) return file?.path ?? ''
    if (size + bytes.length > batchBytes) await flush()
    batch.push({ hash, data: bytes.toString('base64') })
    size += bytes.length
  }
  await flush()
  return undefined
}

function amountOf(tree: Tree): Pick<Amount, 'files' | 'bytes'> {
  return { files: tree.length, bytes: tree.reduce((sum, entry) => sum + ('link' in entry ? 0 : entry.size), 0) }
}

/** Where the host misses a file to start that is here, it was left out. */
async function aboutLeftOut(error: unknown, folder: string): Promise<unknown> {
  if (!(error instanceof P8aError)) return error
  const entry = await firstHere(folder, missedBy(error))
  if (entry === undefined) return error
  return new P8aError(
    error.code,
    `Cannot start ${JSON.stringify(entry)}: .podignore or .gitignore leaves it out of what is pushed`,
    {
      hint: 'Take it out of these rules (a .podignore is read in the place of .gitignore), build it on the host, or push with --as-is',
      facts: { entry },
      cause: error,
    },
  )
}

/** The file that is named to start and is not there, or those of which any would be started. */
function missedBy({ message, facts: { entry, looked } }: P8aError): string[] {
  if (Array.isArray(looked)) return looked.filter(name => typeof name === 'string')
  return typeof entry === 'string' && /it is not there$/.test(message) ? [entry] : []
}

async function firstHere(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    if ((await stat(join(folder, name)).catch(() => undefined))?.isFile()) return name
  }
  return undefined
}

/** How many files are named at most. */
const namedSecrets = 5

function withoutSecrets(name: string, secrets: readonly string[]): string {
  const [first = ''] = secrets
  const more = secrets.length > namedSecrets ? ` and ${secrets.length - namedSecrets} more` : ''
  const names = `${secrets.slice(0, namedSecrets).join(', ')}${more}`
  const are = secrets.length === 1 ? `${names} is not pushed, since it` : `${names} are not pushed, since they`
  return `${are} may hold secrets. To give ${name} its variables, start it with --env-file ${first}, or write "envFile": "${first}" into its policy: then it is pushed too`
}

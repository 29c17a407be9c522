// `git push` to a pod, over HTTP as git speaks it: the token is the password, and the real git of this machine does its part.
// What is pushed is deployed by the hook of the repository, which may refuse it. It knows nothing of pods.
import type http from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { errorTable, P8aError } from '../../../protocol/errors.ts'
import { commandText, hintText } from '../../../protocol/hint.ts'
import { shellTicketEnv } from '../../../protocol/limits.ts'
import { checkName, joinPath, quote } from '../../../protocol/names.ts'
import type { Settings } from '../../../protocol/settings.ts'
import { type Serving, startServing } from '../../system/run-program.ts'
import type { Seams } from '../../system/seams.ts'
import type { Turns } from '../../system/turns.ts'
import type { Authority, Identity } from '../access/authority.ts'
import { checkRights } from '../access/rights.ts'
import { noToken } from '../access/unauthorized.ts'
import type { Guest } from '../guest.ts'
import { type GitAsked, readGitUrl } from './git-path.ts'
import {
  emptyRepository,
  gitEnvironment,
  hasRefs,
  noGit,
  readyRepository,
  removeIfEmpty,
  repositoryOf,
} from './git-repository.ts'
import { refuseOtherName, refuseStranger } from './stranger.ts'

/**
 * How many bytes a push to a pod of a path may bring, and whose quota says so, if one does.
 * @throws {P8aError} `quota_exceeded` where there is no room
 */
export type GitRoom = (path: string) => Promise<{ bytes: number; quota: string | undefined }>

/** @see https://git-scm.com/docs/http-protocol */
type GitOptions = {
  seams: Pick<Seams, 'paths' | 'settings' | 'log'>
  authority: Authority
  client: Guest
  /** One push to a pod comes after the other. */
  turns: Turns
  gitRoom: GitRoom
}

type Exchange = { request: http.IncomingMessage; response: http.ServerResponse }

export async function answerGit(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: GitOptions,
): Promise<void> {
  const { client, seams } = options
  try {
    await act({ request, response }, options)
  } catch (error) {
    if (client.signal.aborted || response.headersSent) return void response.destroy()
    if (!(error instanceof P8aError)) throw error
    await client.atone(seams.settings.wrongTokenDelay)
    // An unknown client has had its one request; what is left of a body is not read.
    response.setHeader('connection', 'close')
    if (error.code === 'unauthorized')
      response.setHeader('www-authenticate', 'Basic realm="p8a: the token is the password"')
    response.writeHead(errorTable[error.code].http, { 'content-type': 'text/plain; charset=utf-8' })
    const hint = hintText(error.steps, commandText)
    // Git shows a text to whoever pushes.
    response.end(`${error.message}\n${hint === undefined ? '' : `${hint}\n`}`)
  }
}

async function act(exchange: Exchange, options: GitOptions): Promise<void> {
  const { request } = exchange
  const { seams, client } = options
  refuseStranger(request, seams.settings)
  const identity = identify(request, client)
  if (!identity) refuseOtherName(request, seams.settings)
  if (!identity) throw refusedByGit(noToken)
  const asked = readGitUrl(request.url ?? '')
  const method = asked?.isAdvert ? 'GET' : 'POST'
  if (!asked || request.method !== method)
    throw new P8aError('method_not_found', `There is nothing for git at ${request.method} ${request.url}`, {
      hint: 'The address of a pod for git is http://HOST/git/NAME',
    })
  checkName(asked.name)
  checkMayPush(asked, identity)
  const folder = await repositoryOf(seams.paths, asked)
  if (asked.isAdvert) return await advertise(asked, { folder, exchange, options })
  if (asked.service === 'git-upload-pack') return await fetch(asked, { folder, exchange, options })
  const { quota } = await options.gitRoom(asked.path)
  const work = async (sent: () => void) => await receive(asked, { folder, exchange, options, identity, sent })
  await inTurn(options.turns, { folder, quota }, work)
}

/**
 * Pushes to one pod come one after the other. Those within one quota of images send one after the other, as each may bring all that is left; what
 * follows, such as a build, holds up nobody but that pod.
 * @param work `sent` is to be called once all is there
 */
async function inTurn(
  turns: Turns,
  { folder, quota }: { folder: string; quota: string | undefined },
  work: (sent: () => void) => Promise<void>,
): Promise<void> {
  await turns.take(folder, async () => {
    if (quota === undefined) return await work(() => {})
    const { ended } = await turns.take(`quota ${quota}`, async () => {
      const sent = Promise.withResolvers<void>()
      const ended = work(sent.resolve)
      await Promise.race([sent.promise, ended])
      return { ended }
    })
    await ended
  })
}

/** Whoever may fetch may read the source: that is more than to look at pods. @throws {P8aError} `forbidden`, in words for whoever pushes */
function checkMayPush({ path, name }: GitAsked, identity: Identity): void {
  try {
    checkRights('pod.push', { params: { path }, identity })
  } catch (cause) {
    const { role, path: own } = identity
    const confined = own === '' ? '' : `, for the path ${quote(own)} only`
    const what = quote(joinPath(path, name))
    throw new P8aError(
      'forbidden',
      `Cannot push to ${what}, nor fetch it: your token has the role ${role}${confined}`,
      {
        hint: [
          { text: 'Anyone with the role admin can add one that may', do: addToken },
          { text: 'if git has kept this one, let it forget it: git credential reject' },
        ],
        cause,
      },
    )
  }
}

const addToken = { verb: 'host token add', args: ['NAME'], options: { role: 'deploy' } } as const

function refusedByGit(why: string): P8aError {
  return new P8aError('unauthorized', `Not authorized: ${why}`, {
    hint: [
      { text: 'The password for git is a token of this host; on its machine', do: addToken },
      { text: 'if git has kept a wrong one, let it forget it: git credential reject' },
    ],
  })
}

/** The password is the token; whoever gives none may give it as the user. */
function identify(request: http.IncomingMessage, client: Guest): Identity | undefined {
  const given = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given === undefined || client.identity) return client.identity
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(Buffer.from(given, 'base64').toString()) ?? []
  const verdict = client.authorize(password === '' ? user : password)
  if ('refusal' in verdict) throw refusedByGit(verdict.refusal)
  return verdict.identity
}

type Place = { folder: string; exchange: Exchange; options: GitOptions }

/** What is there, and what may be done. */
async function advertise({ service, path }: GitAsked, { folder, exchange, options }: Place): Promise<void> {
  const { paths } = options.seams
  // Git shows whoever pushes why it is refused only here.
  if (service === 'git-receive-pack') await options.gitRoom(path)
  const from = (await hasRefs(folder)) ? folder : await emptyRepository(paths)
  const git = startGit(
    [...configOf(options.seams.settings.maxGitPackBytes), ...argsOf(service), '--advertise-refs', '.'],
    { from, exchange },
  )
  await begin(git, exchange, `application/x-${service}-advertisement`)
  exchange.response.write(`${packetLine(`# service=${service}\n`)}0000`)
  git.input.end()
  await pass(git, exchange, options)
}

async function fetch({ service, name }: GitAsked, { folder, exchange, options }: Place): Promise<void> {
  if (!(await hasRefs(folder))) throw new P8aError('pod_not_found', `Nothing was pushed to ${name} by git yet`)
  const git = startGit([...argsOf(service), '.'], { from: folder, exchange })
  await begin(git, exchange, `application/x-${service}-result`)
  void feed(git, exchange.request)
  await pass(git, exchange, options)
}

async function receive(
  asked: GitAsked,
  { folder, exchange, options, identity, sent }: Place & { identity: Identity; sent: () => void },
): Promise<void> {
  const { seams, authority, client } = options
  if (client.signal.aborted) return
  await readyRepository(folder, seams.paths, asked)
  // The hook asks for the one who pushes, and may no more than they may.
  const { ticket, end } = authority.present(client.address, identity)
  try {
    const env = { [shellTicketEnv]: ticket }
    const most = Math.min(seams.settings.maxGitPackBytes, (await options.gitRoom(asked.path)).bytes)
    const args = [...configOf(most), ...treeLimits(seams.settings), ...argsOf(asked.service), '.']
    const git = startGit(args, { from: folder, exchange, env })
    await begin(git, exchange, `application/x-${asked.service}-result`)
    void feed(git, exchange.request).then(sent)
    await pass(git, exchange, options)
  } finally {
    end()
    await removeIfEmpty(folder)
  }
}

function startGit(
  args: readonly string[],
  { from, exchange, env }: { from: string; exchange: Exchange; env?: Record<string, string> },
): Serving {
  const protocol = exchange.request.headers['git-protocol']
  const version = typeof protocol === 'string' && /^[\w=:.-]{1,100}$/.test(protocol) ? { GIT_PROTOCOL: protocol } : {}
  return startServing(['git', ...args], { env: { ...gitEnvironment(), ...version, ...env }, cwd: from })
}

/** The hook counts what a commit has before it lays it out. */
function treeLimits({ maxTreeFiles, maxTreeBytes }: Pick<Settings, 'maxTreeFiles' | 'maxTreeBytes'>): string[] {
  return ['-c', `p8a.maxTreeFiles=${maxTreeFiles}`, '-c', `p8a.maxTreeBytes=${maxTreeBytes}`]
}

/** @param most how many bytes may be sent */
function configOf(most: number): string[] {
  const settings = [
    `receive.maxInputSize=${most}`,
    // A pack stays as it came: unpacked, a small one can be of any size.
    'receive.unpackLimit=1',
    'receive.advertisePushOptions=true',
    'receive.fsckObjects=true',
    // Builders clone with a depth of 1. Git would refuse what comes from there only once the hook has deployed it.
    'receive.shallowUpdate=true',
    'receive.denyDeleteCurrent=ignore',
    // Old histories of well-known projects have these.
    'receive.fsck.zeroPaddedFilemode=warn',
    'receive.fsck.missingSpaceBeforeDate=warn',
    'receive.fsck.badTimezone=warn',
    // A proxy ends what says nothing.
    'receive.keepAlive=5',
    'core.hooksPath=hooks',
  ]
  return settings.flatMap(setting => ['-c', setting])
}

function argsOf(service: GitAsked['service']): string[] {
  return [service.slice('git-'.length), '--stateless-rpc']
}

/** @throws {P8aError} `unsupported` where there is no git */
async function begin(git: Serving, { request, response }: Exchange, type: string): Promise<void> {
  await git.begun.catch(cause => {
    throw noGit(cause)
  })
  // A push that breaks off ends what it has begun.
  response.once('close', () => git.end())
  request.once('error', () => git.end())
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' })
}

/** Git packs long requests. */
async function feed(git: Serving, request: http.IncomingMessage): Promise<void> {
  const isPacked = request.headers['content-encoding'] === 'gzip'
  const done = isPacked ? pipeline(request, createGunzip(), git.input) : pipeline(request, git.input)
  // What is cut off, git says for itself; a client that is gone needs no answer.
  await done.catch(() => git.input.destroy())
}

async function pass(git: Serving, { response }: Exchange, { seams }: GitOptions): Promise<void> {
  let said = ''
  git.errors.setEncoding('utf8').on('data', chunk => {
    said = (said + chunk).slice(-mostSaid)
  })
  await pipeline(git.output, response).catch(() => git.end())
  const { code } = await git.exited
  if (code !== 0 && said !== '') seams.log.warn('git', 'git has failed', { code, said: said.trim() })
}

const mostSaid = 2000

function packetLine(text: string): string {
  return `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
}

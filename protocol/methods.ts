// The verbs: each method's parameters as a schema and its result as a type. The daemon validates with these, the
// OpenRPC document is made from them, and the CLI takes its types from here.
import * as v from 'valibot'
import type { PodChange } from './changes.ts'
import type { Id } from './channel/messages.ts'
import { argsSchema, configSchema, envSchema, scaleSchema, writableSchema } from './config.ts'
import { membersSchema, stickySchema } from './group.ts'
import { labelsSchema } from './labels.ts'
import { maxTokenLifeMs, roles } from './roles.ts'
import { routeSchema } from './route-schema.ts'
import { textsSchema } from './texts.ts'
import { wireTime } from './time.ts'
import { contentsSchema, hashesSchema, treePathSchema, treeSchema } from './tree.ts'
import type { UsageInfo } from './usage.ts'
import type {
  AuditEntry,
  DeployInfo,
  HostInfo,
  LogEntry,
  PageCode,
  PodEnv,
  PodStatus,
  Pushed,
  RunEnd,
  RunInfo,
  RunOutput,
  Script,
  Started,
  Stopped,
  TokenInfo,
  UpgradeInfo,
  VersionDiff,
  VersionInfo,
} from './words.ts'

/** The version of the wire. It grows when a method changes in a way that an older client would notice. */
export const protocolVersion = 1

const path = v.optional(v.pipe(v.string(), v.maxLength(1024), v.description('dotted path of a nested host')), '')
const hops = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description('how many hosts passed it on before this one')),
  0,
)
const name = v.pipe(v.string(), v.maxLength(1024), v.description('name of a pod'))
const wait = v.optional(v.pipe(v.boolean(), v.description('answer when it is done, not when it is decided')), true)
const usage = v.optional(v.pipe(v.boolean(), v.description('measure cpu and memory too')), false)

const params = textsSchema({ text: 'must be a text: params are always strings' })
const pod = { path, hops, name }
const wholeNumber = (least = 0) => {
  const message = `must be a whole number from ${least} up`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message))
}

/** Whose command it is: the host's own where no pod is named. */
const ownerOfCommands = v.optional(name)

const version = v.optional(v.pipe(wholeNumber(1), v.description('the version to run in the place of the newest')))

/** How long a message of a push may be, in characters. */
const maxMessage = 500

const width = v.optional(v.pipe(wholeNumber(1), v.description('how many runs are replaced at a time')), 1)

/** The state of a run of a script, in the words of the HTTP view. */
export const processStatus = v.picklist(
  ['queued', 'executing', 'finished', 'error', 'lost'],
  'must be queued, executing, finished, error or lost',
)
export type ProcessStatus = v.InferOutput<typeof processStatus>

const request = v.pipe(
  v.union([v.string(), v.number()]),
  v.description('id of a request of this connection that is under way'),
)

/** Name, one-line summary and parameters of every method. Unknown parameters are refused. */
export const methods = {
  'host.auth': {
    summary: 'Authorizes this connection, so that later requests need no token',
    params: v.strictObject({ token: v.string() }),
  },
  'host.info': { summary: 'What this host is: version, addresses, counts', params: v.strictObject({ path, hops }) },
  'host.watch': {
    summary:
      'All pods and runs of a host, and then each change of them, as `host.change` notifications, until it is canceled',
    params: v.strictObject({
      path,
      hops,
      within: v.optional(v.pipe(v.boolean(), v.description('those of the hosts within it too')), false),
    }),
  },
  'host.stop': {
    summary: 'Ends the host. Its pods keep running until the next host adopts them, unless `pods` is true',
    params: v.strictObject({ path, hops, pods: v.optional(v.boolean(), false) }),
  },
  'host.upgrade': {
    summary:
      'Lets another installation of p8a take the place of this host, which is back if that one does not prove itself',
    params: v.strictObject({
      path,
      hops,
      folder: v.pipe(
        v.string(),
        v.maxLength(4096),
        v.description('absolute path of a folder with the package.json of p8a'),
      ),
      node: v.optional(
        v.pipe(v.string(), v.maxLength(4096), v.description('the Node that runs it; else that of this host')),
      ),
    }),
  },
  'host.token.add': {
    summary: 'Makes a token. No other answer has its secret',
    params: v.strictObject({
      name: v.pipe(v.string(), v.maxLength(1024), v.description('name of the token')),
      role: v.pipe(v.picklist(roles), v.description('what its owner may do')),
      path: v.optional(
        v.pipe(v.string(), v.maxLength(1024), v.description('path of the host within this one that it is confined to')),
        '',
      ),
      expiresInMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxTokenLifeMs))),
    }),
  },
  'host.token.list': { summary: 'All tokens, without their secrets', params: v.strictObject({ path }) },
  'host.token.remove': {
    summary: 'Ends a token, and every connection that it opened',
    params: v.strictObject({ name: v.pipe(v.string(), v.maxLength(1024), v.description('name of the token')) }),
  },
  'host.page.code': {
    summary:
      'Makes a code for a link to the page for people, with your rights or less; it counts once, and not for long',
    params: v.strictObject({
      path,
      role: v.optional(v.pipe(v.picklist(roles), v.description('what the page may do; else what you may'))),
    }),
  },
  'host.page.enter': {
    summary: 'Makes the token of a page for such a code',
    params: v.strictObject({ code: v.pipe(v.string(), v.maxLength(1024)) }),
  },
  'host.page.leave': {
    summary: 'Ends the token of the page that asks; any other token stays',
    params: v.strictObject({}),
  },
  'host.audit': {
    summary: 'What was changed, by whom, from where, and with what outcome; the newest last',
    params: v.strictObject({
      path,
      limit: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(1),
          v.maxValue(10_000),
          v.description('only so many of the last entries'),
        ),
        100,
      ),
    }),
  },
  'rpc.discover': { summary: 'The OpenRPC document of this host', params: v.strictObject({}) },
  'rpc.ping': { summary: 'Shows that the host lives, and does nothing', params: v.strictObject({}) },
  'rpc.cancel': {
    summary: 'Gives up a host.watch, pod.call, pod.logs or pod.output of this connection that is under way',
    params: v.strictObject({ request }),
  },
  'pod.push.missing': {
    summary: 'Which files of a folder that is to be pushed the host does not have yet',
    params: v.strictObject({
      path,
      hops,
      hashes: v.pipe(hashesSchema, v.description('sha256 of their bytes, hex')),
      files: v.optional(v.pipe(v.number(), v.description('how many it has, so that what is too much is not sent'))),
      bytes: v.optional(v.pipe(v.number(), v.description('how many bytes they have'))),
      largest: v.optional(v.strictObject({ path: v.string(), size: v.number() })),
    }),
  },
  'pod.push.files': {
    summary: 'Bytes of files of a folder that is to be pushed',
    params: v.strictObject({ path, hops, files: contentsSchema }),
  },
  'pod.push': {
    summary: 'Stores a new version of a pod; makes the pod if there is none',
    params: v.strictObject({
      ...pod,
      code: v.optional(
        v.pipe(
          v.string(),
          v.description(
            'JavaScript that needs no bundling, or a script: a #! line, a file that ends in .sh, or a program',
          ),
        ),
      ),
      tree: v.optional(v.pipe(treeSchema, v.description('in the place of code: the files of a folder, by path'))),
      folder: v.optional(
        v.pipe(
          v.string(),
          v.description('in the place of code: a folder of the machine of the host, used where it is'),
        ),
      ),
      entry: v.optional(
        v.pipe(v.string(), v.nonEmpty('is empty'), v.description('the file of the folder that starts')),
      ),
      args: v.optional(v.pipe(v.array(v.string()), v.description('its arguments'))),
      command: v.optional(
        v.pipe(
          v.string(),
          v.nonEmpty('is empty'),
          v.description('a command line that starts it, in the place of a file'),
        ),
      ),
      build: v.optional(v.pipe(v.string(), v.nonEmpty('is empty'), v.description('a command line that builds it'))),
      noBuild: v.optional(v.pipe(v.boolean(), v.description('do not build it'))),
      asIs: v.optional(v.pipe(v.boolean(), v.description('neither install nor build: the files are all there'))),
      writable: v.optional(
        v.pipe(writableSchema, v.description('what its runs may write in, in the place of what its policy says')),
      ),
      within: v.optional(
        v.pipe(
          treePathSchema,
          v.description('the folder in the tree that is meant, where the tree is the workspace around it'),
        ),
      ),
      workspaces: v.optional(
        v.pipe(
          v.array(treePathSchema),
          v.description('the packages of the workspace that are installed and built, in this order'),
        ),
      ),
      isProgram: v.optional(
        v.pipe(v.boolean(), v.description('one program with what it loads: it starts in the storage of the pod')),
      ),
      encoding: v.optional(
        v.pipe(
          v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"'),
          v.description('base64: for bytes that are not text'),
        ),
        'utf8',
      ),
      kind: v.optional(
        v.pipe(
          v.picklist(['script', 'service'], 'must be "script" or "service"'),
          v.description('store it as a script, whatever it looks like; service: as one that is kept up'),
        ),
      ),
      map: v.optional(v.pipe(v.string(), v.description('source map of the code, JSON'))),
      file: v.optional(v.pipe(v.string(), v.maxLength(255), v.description('name of the source, for messages'))),
      labels: v.optional(v.pipe(labelsSchema, v.description('labels that the pod gets beside those that it has'))),
      message: v.optional(
        v.pipe(v.string(), v.maxLength(maxMessage), v.description('what the version is about, for people')),
      ),
    }),
  },
  'pod.start': {
    summary: 'Starts a pod with its newest version; for a script, begins a run and answers its id at once',
    params: v.strictObject({
      ...pod,
      params: v.optional(params, {}),
      config: v.optional(v.pipe(configSchema, v.description("overrides the pod's own config")), {}),
      wait,
      version,
      anew: v.optional(
        v.pipe(v.boolean(), v.description('end the runs of a pod that is up, and begin them with what is given now')),
        false,
      ),
      asleep: v.optional(
        v.pipe(v.boolean(), v.description('let it sleep until somebody connects; for a service that has ports')),
      ),
      args: v.optional(v.pipe(argsSchema, v.description('arguments of a script'))),
      stdin: v.optional(v.pipe(v.string(), v.description('what a script reads from its stdin'))),
      stdinEncoding: v.optional(v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"'), 'utf8'),
    }),
  },
  'pod.stop': {
    summary: 'Stops all runs of a pod, or one run, as web.7, in whose place another comes if it is of a service',
    params: v.strictObject({
      ...pod,
      wait,
      drainMs: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(0),
          v.description('before that, new calls go to other runs, and those under way may take so long'),
        ),
      ),
    }),
  },
  'pod.restart': {
    summary: 'Stops all runs and starts them again with the newest version and the same params',
    params: v.strictObject({ ...pod, version, wait }),
  },
  'pod.reload': {
    summary:
      'Lets a run of the newest version, or another, come up beside each run, and take its place; if one does not, all is as it was',
    params: v.strictObject({
      ...pod,
      version,
      width,
      params: v.optional(v.pipe(params, v.description('in the place of those that it has'))),
      config: v.optional(v.pipe(configSchema, v.description('in the place of that of its start'))),
      wait,
    }),
  },
  'pod.rollback': {
    summary: 'Reloads a pod to what was up before, one further back each time, or to a version',
    params: v.strictObject({
      ...pod,
      version,
      versionOnly: v.optional(v.pipe(v.boolean(), v.description('with the params and config of now')), false),
      width,
      wait,
    }),
  },
  'pod.wake': {
    summary: 'Sees to it that a pod is up: starts it as it was started last, or joins a start that is under way',
    params: v.strictObject({ ...pod, wait }),
  },
  'pod.sleep': {
    summary: 'Puts a pod that has ports to sleep: its runs finish what they have, and whoever connects starts it',
    params: v.strictObject({ ...pod, wait }),
  },
  'pod.scale': {
    summary: 'Sets how many runs a pod has',
    params: v.strictObject({ ...pod, scale: scaleSchema, wait }),
  },
  'pod.send': {
    summary: 'Writes into the stdin of the runs of a pod whose stdin is open, or of one run, as web.7',
    params: v.strictObject({
      ...pod,
      text: v.string(),
      encoding: v.optional(v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"'), 'utf8'),
    }),
  },
  'pod.env': {
    summary: 'The environment variables of a pod; sets some, and begins the pod anew with them if it is up',
    params: v.strictObject({
      ...pod,
      set: v.optional(v.pipe(envSchema, v.description('variables that are kept over starts')), {}),
      unset: v.optional(v.pipe(v.array(v.string()), v.description('names of variables that it has no more')), []),
      values: v.optional(v.pipe(v.boolean(), v.description('tell the values too, which may be secret')), false),
      wait,
    }),
  },
  'pod.group': {
    summary: 'Sets which pods a name means, and what share of calls and requests each gets',
    params: v.strictObject({
      ...pod,
      name: v.pipe(v.string(), v.maxLength(1024), v.description('name of the group')),
      members: v.pipe(membersSchema, v.description('weights by the names of pods; without any, the group is removed')),
      sticky: v.optional(v.pipe(stickySchema, v.description('what sends a client of a gateway to the same pod again'))),
      route: v.optional(v.pipe(routeSchema, v.description('where a gateway reaches the group'))),
    }),
  },
  'pod.status': { summary: 'One pod', params: v.strictObject({ ...pod, usage }) },
  'pod.usage': {
    summary: 'What a pod, or all pods of a host, used of cpu and memory in the last hours',
    params: v.strictObject({
      path,
      hops,
      name: v.optional(name),
      last: v.optional(v.pipe(v.boolean(), v.description('what each pod used last, in the place of points')), false),
    }),
  },
  'pod.versions': {
    summary:
      'The versions of a pod that are kept, oldest first; what was begun of it; what changed between two of them',
    params: v.strictObject({
      ...pod,
      deploys: v.optional(v.pipe(v.boolean(), v.description('also what was begun, and what came of it')), false),
      diff: v.optional(v.strictObject({ from: v.optional(wholeNumber(1)), to: v.optional(wholeNumber(1)) })),
    }),
  },
  'pod.list': { summary: 'All pods, by name', params: v.strictObject({ path, hops, usage }) },
  'pod.remove': {
    summary: 'Removes a pod with its versions, records, logs and storage',
    params: v.strictObject({
      ...pod,
      force: v.optional(v.pipe(v.boolean(), v.description('stop it first if it runs')), false),
      run: v.optional(
        v.pipe(v.string(), v.maxLength(100), v.description('only this run of a script: its record and its output')),
      ),
    }),
  },
  'pod.runs': {
    summary: "A pod's runs, or those of all pods, newest first",
    params: v.strictObject({
      path,
      hops,
      name: v.optional(name),
      active: v.optional(v.pipe(v.boolean(), v.description('only runs that have not ended')), false),
      failed: v.optional(v.pipe(v.boolean(), v.description('only runs that ended, and not well')), false),
      run: v.optional(v.pipe(v.string(), v.maxLength(100), v.description('only this run of a script'))),
      scripts: v.optional(v.pipe(v.boolean(), v.description('only runs of scripts')), false),
      status: v.optional(v.pipe(processStatus, v.description('only runs in these states'))),
      since: v.optional(v.pipe(wireTime, v.description('only runs that began, or were queued, then or later'))),
      offset: v.optional(v.pipe(wholeNumber(), v.description('skip so many of the newest')), 0),
      limit: v.optional(v.pipe(wholeNumber(1), v.maxValue(1000, 'must be at most 1000')), 100),
    }),
  },
  'pod.logs': {
    summary: 'Log lines of host and pods in order of time',
    params: v.strictObject({
      path,
      hops,
      name: v.optional(name),
      run: v.optional(v.pipe(v.string(), v.maxLength(100), v.description('id of a run, such as web.7, or its number'))),
      tags: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.maxLength(100))),
          v.description('lines with any of these: stdout, stderr, or the word in [] at their beginning'),
        ),
      ),
      grep: v.optional(
        v.pipe(v.string(), v.maxLength(1000), v.description('lines that have this text, upper and lower case alike')),
      ),
      since: v.optional(wireTime),
      until: v.optional(wireTime),
      limit: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.description('only so many of the last entries')),
      ),
      follow: v.optional(v.pipe(v.boolean(), v.description('keep sending lines as they come; needs `stream`')), false),
      stream: v.optional(
        v.pipe(v.boolean(), v.description('send lines as `pod.log` notifications, and the answer at the end')),
        false,
      ),
    }),
  },
  'pod.script': {
    summary: 'A script as it was pushed last',
    params: v.strictObject({
      ...pod,
      encoding: v.optional(v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"')),
    }),
  },
  'pod.output': {
    summary: 'What a run of a script wrote, byte for byte, from an offset',
    params: v.strictObject({
      ...pod,
      run: v.optional(
        v.pipe(v.string(), v.maxLength(100), v.description('id of a run or its number; without it, the newest')),
      ),
      offset: v.optional(v.pipe(wholeNumber(), v.description('skip so many bytes')), 0),
      limit: v.optional(
        v.pipe(
          wholeNumber(1),
          v.maxValue(4_194_304, 'must be at most 4194304'),
          v.description('at most so many bytes'),
        ),
        1_048_576,
      ),
      waitMs: v.optional(
        v.pipe(
          wholeNumber(),
          v.maxValue(60_000, 'must be at most 60000'),
          v.description('wait so long if there is nothing yet'),
        ),
        0,
      ),
      encoding: v.optional(
        v.pipe(
          v.picklist(['utf8', 'base64', 'latin1'], 'must be "utf8", "base64" or "latin1"'),
          v.description('latin1: a character for each byte'),
        ),
        'utf8',
      ),
      stream: v.optional(
        v.pipe(
          v.boolean(),
          v.description('send it as bytes over the channel of the request, which must have a window'),
        ),
        false,
      ),
      follow: v.optional(v.pipe(v.boolean(), v.description('until the run is over; needs stream')), false),
    }),
  },
  'pod.call': {
    summary: 'Calls an exported function of a pod (or of one run, as web.7)',
    params: v.strictObject({
      ...pod,
      fn: v.string(),
      args: v.optional(v.array(v.unknown()), []),
      timeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
  },
  'pod.commands': {
    summary: 'Names of the commands that a pod, or the host itself, has for the shell',
    params: v.strictObject({ path, hops, name: ownerOfCommands }),
  },
  'pod.command': {
    summary: 'Runs a command of a pod, or of the host, which may show text and ask for lines while it runs',
    params: v.strictObject({
      path,
      hops,
      name: ownerOfCommands,
      argv: v.pipe(v.array(v.string()), v.minLength(1), v.description('its name, then its arguments')),
    }),
  },
  'pod.command.input': {
    summary: 'A line for a command that is under way',
    params: v.strictObject({
      request,
      text: v.optional(v.pipe(v.string(), v.description('if it is left out, there are no more lines'))),
    }),
  },
  'pod.command.cancel': {
    summary: 'Ends a command that is under way',
    params: v.strictObject({ request }),
  },
} as const satisfies Record<string, { summary: string; params: v.GenericSchema }>

export type MethodName = keyof typeof methods

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name)
}

/** Parameters as a client sends them. */
export type MethodInput<M extends MethodName> = v.InferInput<(typeof methods)[M]['params']>

/** Parameters with their defaults, as a handler gets them. */
export type MethodParams<M extends MethodName> = v.InferOutput<(typeof methods)[M]['params']>

/** What each method answers. Times are RFC 3339 texts, durations milliseconds, memory bytes. */
export type MethodResults = {
  'host.auth': { authorized: true } & Partial<Pick<TokenInfo, 'name' | 'role' | 'path' | 'expiresAt'>>
  'host.info': HostInfo
  'host.watch': Record<string, never>
  'host.stop': { stopping: true; pods: number }
  'host.upgrade': UpgradeInfo
  'host.token.add': TokenInfo & { token: string }
  'host.token.list': { tokens: TokenInfo[] }
  'host.token.remove': { name: string; removed: true }
  'host.page.code': PageCode
  'host.page.enter': TokenInfo & { token: string }
  'host.page.leave': { left: boolean }
  'host.audit': { entries: AuditEntry[] }
  'rpc.discover': Record<string, unknown>
  'rpc.ping': Record<string, never>
  'rpc.cancel': { canceled: boolean }
  'pod.push': Pushed
  'pod.push.missing': { missing: string[] }
  'pod.push.files': { taken: number }
  'pod.start': Started
  'pod.stop': Stopped
  'pod.restart': PodStatus
  'pod.reload': PodStatus
  'pod.rollback': PodStatus
  'pod.wake': PodStatus
  'pod.sleep': PodStatus
  'pod.scale': PodStatus
  'pod.env': PodEnv
  'pod.group': { name: string; members: Record<string, number> }
  'pod.send': { name: string; runs: string[]; bytes: number }
  'pod.status': PodStatus
  'pod.usage': UsageInfo
  'pod.versions': { versions: VersionInfo[]; deploys?: DeployInfo[]; diff?: VersionDiff }
  'pod.list': { pods: PodStatus[] }
  'pod.remove': { name: string; removed: true; stopped: RunEnd[]; run?: string }
  'pod.runs': { runs: RunInfo[]; total: number }
  'pod.script': Script
  'pod.output': RunOutput
  'pod.logs': { entries: LogEntry[]; count: number; truncated: boolean }
  'pod.call': { value: unknown; run: string }
  'pod.commands': { commands: string[] }
  'pod.command': { value: unknown; run?: string }
  'pod.command.input': { taken: true }
  'pod.command.cancel': { canceled: true }
}

/** The items that a method sends before its answer: the type of each, and its notification. */
export type MethodItems = { 'host.watch': PodChange; 'pod.logs': LogEntry; 'pod.push': string }
export const itemNotices = {
  'host.watch': { method: 'host.change', member: 'changes' },
  'pod.logs': { method: 'pod.log', member: 'entries' },
  'pod.push': { method: 'pod.build', member: 'lines' },
} as const satisfies Record<keyof MethodItems, { method: string; member: string }>

/** A notification that `pod.command` sends to show text: `request` is the id of that request. */
export type CommandSendNotification = { request: Id; text: string }

/** A notification that `pod.command` sends to ask for a line, which `pod.command.input` brings. */
export type CommandRecvNotification = { request: Id; question: string }

// Does a command in this process, against a host that answers as a test says, and keeps what it asked and what it said.
// What the command line makes of words is others' matter (test/cli/argv).
import type { Run } from '../../../cli/argv/command.ts'
import { Options } from '../../../cli/argv/options.ts'
import type { Tail } from '../../../cli/argv/walk.ts'
import { Output } from '../../../cli/say/output.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { type FakeConnection, fakeHost, type Request } from '../client/fake-host.ts'

/** What the host answers to each method, or does by itself; any other is refused. */
export type Answers = Record<string, unknown>

/** What a host does with a request in place of an answer. */
export type Behave = (request: Request, connection: FakeConnection) => void

type Given = {
  args?: string[]
  isImplied?: boolean
  /** A value, several, or `true` for an option without one. */
  options?: Record<string, string | string[] | true>
  params?: Record<string, string>
  tail?: Tail
  /** Names of params that were written with one dash. */
  shorts?: ReadonlySet<string>
  json?: boolean
  /** The directory for data and config; one of its own where it is left out. */
  at?: Scratch
}

export type Done = {
  code: number | undefined
  /** The result as it is in JSON, and as people read it. */
  value: unknown
  text: string
  /** What was written beside the result, on stdout and on stderr. */
  lines: string
  told: string
  asked: [method: string, params: Record<string, unknown>][]
}

class KeptOutput extends Output {
  value: unknown
  text = ''
  lines = ''

  override get isTerminal(): boolean {
    return false
  }

  override answer(value: unknown, text: () => string): void {
    this.value = value
    if (!this.json) this.text = text()
  }

  override write(text: string): boolean {
    this.lines += `${text}\n`
    return true
  }

  override paint(_style: unknown, text: string): string {
    return text
  }
}

/** @throws what the command throws */
export async function doing(run: Run, given: Given, answers: Answers = {}): Promise<Done> {
  using own = given.at ? undefined : scratch()
  const { dir } = given.at ?? (own as Scratch)
  const before = process.env.XDG_CONFIG_HOME
  process.env.XDG_CONFIG_HOME = dir
  const output = new KeptOutput({ json: given.json ?? false })
  const asked: Done['asked'] = []
  const kept = keepStderr()
  await using _host = await fakeHost(`${dir}/host.sock`, (request, connection) => {
    const { method, params } = request
    asked.push([method, params])
    const found = method in answers ? answers[method] : new P8aError('unsupported', `${method} is not to be asked`)
    if (found instanceof P8aError) connection.refuse(found.code, found.message)
    else if (typeof found === 'function') (found as Behave)(request, connection)
    else connection.answer(found)
  })
  try {
    const { args = [], isImplied = false, params = {}, tail, shorts = new Set<string>() } = given
    const options = optionsOf(given.options ?? {})
    const code = await run(
      { args, isImplied, options, params, shorts, ...(tail && { tail }) },
      { output, dataDir: dir, token: undefined, silenceMs: 15_000, cli: { table: [], dispatch: async () => 0 } },
    )
    return { code, value: output.value, text: output.text, lines: output.lines, told: kept.end(), asked }
  } finally {
    kept.end()
    if (before === undefined) delete process.env.XDG_CONFIG_HOME
    else process.env.XDG_CONFIG_HOME = before
  }
}

export function optionsOf(given: Record<string, string | string[] | true>): Options {
  const options = new Options()
  for (const [name, value] of Object.entries(given)) {
    for (const one of Array.isArray(value) ? value : [value]) options.add(name, one === true ? '' : one)
  }
  return options
}

function keepStderr(): { end: () => string } {
  const { write } = process.stderr
  let text = ''
  process.stderr.write = (chunk: unknown) => {
    text += chunk
    return true
  }
  return {
    end: () => {
      process.stderr.write = write
      return text
    },
  }
}

/** A pod as a host tells of it. */
export const status = {
  name: 'web',
  path: '',
  kind: 'service',
  status: 'up',
  text: 'serving',
  version: 1,
  latest: 1,
  hash: 'ab'.repeat(32),
  want: 'up',
  scale: 1,
  up: 1,
  restarts: 0,
  params: {},
  runs: [],
} as const

/** A host as it tells of itself. */
export const info = {
  id: 'x',
  version: '1.2.3',
  protocol: 1,
  node: 'v26.0.0',
  pid: 2 ** 22 + 1,
  startedAt: '2026-11-20T10:00:00.000Z',
  path: '',
  dataDir: '/data',
  hosts: [],
  addresses: ['127.0.0.1:3000', 'unix:/data/host.sock'],
  pods: { up: 1 },
  runs: 1,
  spares: { ready: 1, hits: 2, misses: 1 },
  memory: 50_000_000,
}

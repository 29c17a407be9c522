// The pods that a repository is, by its Procfile. Pure.
import { P8aError } from '../../protocol/errors.ts'
import { isName } from '../../protocol/names.ts'

/** How a pod starts: as its folder says, by a file of JavaScript, or by a command line in any language. */
export type Starts = { entry: string; args: string[] } | { command: string } | undefined

/** `wantsPort`: the host holds a port for it, which only JavaScript takes over by itself. */
export type Process = { name: string; starts?: Starts; wantsPort: boolean }

export type Processes = {
  /** The pod itself comes first. */
  pods: Process[]
  /** A command line that has to succeed before any of them runs. */
  release?: Process
}

/**
 * @param kinds what the Procfile says; undefined: there is none
 * @throws {P8aError} `bad_image` if it does not say what the pod itself is, `bad_name`
 */
export function processesOf(name: string, kinds: ReadonlyMap<string, string> | undefined): Processes {
  if (!kinds) return { pods: [{ name, wantsPort: false }] }
  const others = [...kinds].filter(([kind]) => kind !== 'release' && kind !== 'web')
  const [only, ...more] = others
  const web = kinds.get('web')
  const own = web ?? (more.length === 0 ? only?.[1] : undefined)
  if (own === undefined)
    throw new P8aError('bad_image', 'Cannot deploy: the Procfile has no line "web"', {
      hint: `Call the process that is the pod ${name} itself "web"; the others become ${name}-KIND`,
    })
  const beside = web === undefined ? [] : others.map(([kind, command]) => podBeside(name, kind, command))
  const starts = startsBy(own)
  const wantsPort = web !== undefined && !(starts.starts && 'command' in starts.starts)
  const release = kinds.get('release')
  return {
    pods: [{ name, ...starts, wantsPort }, ...beside],
    ...(release !== undefined && { release: podBeside(name, 'release', release) }),
  }
}

function podBeside(pod: string, kind: string, command: string): Process {
  const name = `${pod}-${kind.toLowerCase().replaceAll('_', '-')}`
  if (isName(name)) return { name, ...startsBy(command), wantsPort: false }
  throw new P8aError('bad_name', `Cannot deploy: ${JSON.stringify(name)} is no name of a pod`, {
    hint: 'Write another kind of process into the Procfile',
  })
}

/** `node server.js --level 3`, `npm start`, or anything else. */
function startsBy(line: string): { starts?: Starts } {
  if (/^(?:npm (?:run )?|yarn (?:run )?|pnpm (?:run )?)start$/.test(line)) return {}
  const [, entry, args = ''] = /^node +([\w./@-]*[\w/])((?: +[\w./@:=,-]+)*)$/.exec(line) ?? []
  if (entry === undefined || entry.startsWith('-')) return { starts: { command: line } }
  return { starts: { entry: entry.replace(/^\.\//, ''), args: args.split(' ').filter(Boolean) } }
}

// The command line of the bench.
import { parseArgs } from 'node:util'

export type Options = {
  /** Ids of the rows; all where undefined. */
  rows: string[] | undefined
  /** What the peers are called that are measured too: parts of their ids; all that are installed where undefined. */
  peers: string[] | undefined
  isQuick: boolean
  /** In place of each row's own count of rounds. */
  rounds: number | undefined
  /** How many apps "1,000 apps" are. */
  thousand: number
  json: string | undefined
  doesWritePage: boolean
  doesBuild: boolean
  wantsHelp: boolean
}

/** @throws {Error} what is wrong with `args`, for people */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string' },
      peers: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      thousand: { type: 'string', default: '1000' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return {
    rows: values.rows === undefined ? undefined : names(values.rows),
    peers: values.peers === undefined ? undefined : names(values.peers).filter(name => name !== 'none'),
    isQuick: values.quick,
    rounds: values.rounds === undefined ? undefined : count('rounds', values.rounds),
    thousand: count('thousand', values.thousand),
    json: values.json,
    doesWritePage: values.write,
    doesBuild: !values['no-build'],
    wantsHelp: values.help,
  }
}

/** What `--help` prints. */
export function helpText(rows: readonly { id: string; title: string }[], peerIds: readonly string[]): string {
  const width = Math.max(...rows.map(({ id }) => id.length))
  return `npm run bench -- [options]
Measures p8a beside a bare Node process, and beside other process managers. Linux only.

  --rows a,b       only these rows
  --peers a,b      only these beside p8a, or none: ${peerIds.join(', ')}; all that are installed by default
  --quick          few rounds, smaller counts, and no peers unless they are named: under five minutes
  --rounds N       so many rounds of each row, whatever its own count
  --thousand N     so many apps where a row has 1,000 (12 MB each)
  --json FILE      write all samples to FILE
  --write          put the table into docs/PERFORMANCE.md
  --no-build       measure what dist/ has
  --help           this

The peers are installed by scripts/bench/install-peers.

Rows:
${rows.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`).join('\n')}
`
}

function names(list: string): string[] {
  return list.split(',').map(name => name.trim())
}

function count(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${option} must be a whole number above 0: "${text}"`)
  return value
}

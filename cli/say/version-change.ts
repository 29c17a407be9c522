// What was begun of a pod, and what changed between two of its versions, as people read it.
import type { DeployInfo, FileChange, VersionDiff, VersionInfo } from '../../protocol/words-version.ts'
import { ago, size } from './amounts.ts'
import type { Output } from './output.ts'
import { type Cell, table } from './table.ts'

/** Newest first, each with what the pusher said of the version. */
export async function deploysTable(
  deploys: readonly DeployInfo[],
  { versions, output }: { versions: readonly VersionInfo[]; output: Output },
): Promise<string> {
  const now = Date.now()
  const messageOf = (number: number | undefined) => versions.find(({ version }) => version === number)?.message ?? ''
  const row = ({ kind, from, to, at, by, outcome, why, tookMs = 0 }: DeployInfo): Cell[] => [
    ago(at, now),
    by,
    kind,
    `${from === undefined ? '-' : `v${from}`} → ${to === undefined ? '-' : `v${to}`}`,
    [outcome, outcome === 'ok' ? 'green' : outcome === 'failed' ? 'red' : 'yellow'],
    tookMs < 1000 ? `${tookMs} ms` : `${(tookMs / 1000).toFixed(1)} s`,
    why ?? messageOf(to),
  ]
  const head = ['WHEN', 'BY', 'WHAT', 'VERSIONS', 'OUTCOME', 'TOOK', 'WHY OR MESSAGE']
  return await table(head, deploys.toReversed().map(row), output)
}

/** One line for each file and each key of the policy, and then the lines of texts, as `diff -u` shows them. */
export function diffText(
  { from, to, files, config, starts, exports, patch, isCut }: VersionDiff,
  { name }: { name: string },
): string {
  const lines = [
    ...files.map(fileLine),
    ...(starts ? [`starts ${starts.to}, and started ${starts.from} before`] : []),
    ...config.map(change => `policy ${change.key}: ${value(change.from)} → ${value(change.to)}`),
    ...exports.added.map(each => `exports ${each}, which is new`),
    ...exports.removed.map(each => `exports ${each} no more`),
  ]
  if (lines.length === 0) return `v${from} and v${to} of ${name} are the same`
  const cut = isCut ? ['The rest of the lines is too long to be shown (maxDiffBytes)'] : []
  return [`v${from} → v${to} of ${name}`, ...lines, '', patch.trimEnd(), ...cut].join('\n').trimEnd()
}

function fileLine({ path, change, size: now, before }: FileChange): string {
  const sizes = before === undefined ? size(now) : `${size(before)} → ${size(now)}`
  return `${{ added: '+', removed: '-', changed: '~' }[change]} ${path}  ${sizes}`
}

function value(given: unknown): string {
  return given === undefined ? 'not set' : JSON.stringify(given)
}

// pod image list: the images that a host keeps, with the pods that have them.
import type { ImageInfo } from '../../protocol/image.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { count, size } from '../say/amounts.ts'
import { table } from '../say/table.ts'

export const run: Run = async ({ args: [remote = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const images = (await host.call('image.list', {})).images.sort(byUse)
    const rows = images.map(image => [
      image.hash.slice(0, 12),
      image.holds,
      image.problem === undefined ? size(image.size) : '-',
      image.problem ?? image.file,
      usesText(image),
    ])
    const text =
      output.json || rows.length === 0 ? '' : await table(['IMAGE', 'HOLDS', 'SIZE', 'FILE', 'PODS'], rows, output)
    output.answer({ images }, () => text || 'There are no images')
    return 0
  })
}

/** By the name of the first pod that has it; those that none has come last. */
function byUse(one: ImageInfo, other: ImageInfo): number {
  const key = ({ uses: [use], hash }: ImageInfo) =>
    use ? `0 ${use.pod} ${String(use.version).padStart(9, '0')}` : `1 ${hash}`
  return key(one) < key(other) ? -1 : 1
}

function usesText({ uses }: ImageInfo): string {
  const text = ({ pod, version, runs }: ImageInfo['uses'][number]) =>
    `${pod} v${version}${runs > 0 ? ` (${count(runs, 'run')})` : ''}`
  return uses.map(text).join(', ') || '-'
}

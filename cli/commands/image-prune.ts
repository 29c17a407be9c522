// pod image prune: removes what no pod uses of images, and older versions if asked.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { count, size } from '../say/amounts.ts'

export const run: Run = async ({ args: [remote = ''], options }, context) => {
  const { output } = context
  const keep = options.wholeNumber('keep', { least: 1 })
  return await withHost(remote, context, async host => {
    const pruned = await host.call('image.prune', keep === undefined ? {} : { keep })
    const { images, versions, files, bytes } = pruned
    const text = [
      ...versions.map(({ pod, version }) => `${pod} v${version} is removed`),
      `${count(images.length, 'image')} and ${count(files, 'file')} (${size(bytes)}) that no pod used are removed`,
    ]
    output.answer(pruned, () => text.join('\n'))
    return 0
  })
}

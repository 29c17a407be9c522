// pod image import: takes an image that "pod image export" has written as the newest version of a pod.
import { checkName } from '../../protocol/names.ts'
import type { Run } from '../argv/command.ts'
import { giveImage } from '../image/give.ts'
import { withImageFile } from '../image/image-file.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'
import { sayPushed } from './push.ts'

export const run: Run = async ({ args: [remote = '', name = '', file = ''] }, context) => {
  const { output } = context
  checkName(name)
  return await withImageFile(file, async source => {
    return await withHost(remote, context, async host => {
      const pushed = await spin(`Importing ${name}`, output, giveImage(host, source, name))
      output.answer(pushed, () => '')
      await sayPushed(pushed, output)
      return 0
    })
  })
}

// pod copy: gives a version of a pod to another host, or to another pod, without a file in between.
import { checkName } from '../../protocol/names.ts'
import type { Run } from '../argv/command.ts'
import { versionOf } from '../argv/options.ts'
import { giveImage } from '../image/give.ts'
import { imageOfHost } from '../image/source.ts'
import { withHost } from '../remote/remote-host.ts'
import { spin } from '../say/spinner.ts'
import { sayPushed } from './push.ts'

export const run: Run = async ({ args: [from = '', name = '', to = '', version], options }, context) => {
  const { output } = context
  const newName = options.read('as', as => checkName(as)) ?? checkName(name)
  return await withHost(from, context, async host => {
    const source = await imageOfHost(host, { name, version: version === undefined ? undefined : versionOf(version) })
    // A token that is given is that of the first host.
    return await withHost(to, { ...context, token: undefined }, async other => {
      const pushed = await spin(`Copying ${name}`, output, giveImage(other, source, newName))
      output.answer(pushed, () => '')
      await sayPushed(pushed, output)
      return 0
    })
  })
}

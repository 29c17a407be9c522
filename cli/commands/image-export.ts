// pod image export: writes a version of a pod into one file, which another host takes.
import { once } from 'node:events'
import type { Run } from '../argv/command.ts'
import { versionOf } from '../argv/options.ts'
import { imageParts, writeImageFile } from '../image/image-file.ts'
import { imageOfHost } from '../image/source.ts'
import { withHost } from '../remote/remote-host.ts'
import { size } from '../say/amounts.ts'
import { spin } from '../say/spinner.ts'

export const run: Run = async ({ args: [remote = '', name = '', file = '', version] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const source = await imageOfHost(host, { name, version: version === undefined ? undefined : versionOf(version) })
    const { sheet } = source
    if (file === '-' || file === '/dev/stdout') {
      for await (const part of imageParts(source)) if (!process.stdout.write(part)) await once(process.stdout, 'drain')
      return 0
    }
    const bytes = await spin(`Exporting ${name}`, output, writeImageFile(source, file))
    const told = { name, version: sheet.version, hash: sheet.hash, file, bytes }
    output.answer(told, () => `${name} v${sheet.version} (${sheet.hash.slice(0, 12)}) is in ${file}, ${size(bytes)}`)
    return 0
  })
}

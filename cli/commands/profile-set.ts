// pod profile set: keeps policy under a name, and shows what became of it in the pods that have it.
import type { Run } from '../argv/command.ts'
import { configOf } from '../argv/start-flags.ts'
import { withHost } from '../remote/remote-host.ts'
import { setProfile } from './profile-text.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const config = await configOf(options)
  return await withHost(remote, context, async host => {
    const asked = { profile: name, config, wait: !options.has('no-wait') }
    return await setProfile(host, asked, context.output)
  })
}

// pod profile apply: takes up what somebody wrote into the file of a profile.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { setProfile } from './profile-text.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) =>
  await withHost(
    remote,
    context,
    async host => await setProfile(host, { profile: name, wait: !options.has('no-wait') }, context.output),
  )

// pod profile show: what a profile says, as JSON that its file can have.
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const { profiles } = await host.call('profile.list', {})
    const found = profiles.find(profile => profile.name === name)
    if (!found)
      throw unknown(
        name,
        profiles.map(profile => profile.name),
      )
    if (found.problem !== undefined) throw new P8aError('bad_config', found.problem)
    output.answer(found, () => JSON.stringify(found.config, null, 2))
    return 0
  })
}

function unknown(name: string, names: readonly string[]): P8aError {
  return new P8aError('profile_not_found', `There is no profile "${name}"`, {
    hint: names.length > 0 ? `There are: ${names.join(', ')}` : 'There are no profiles',
    facts: { profile: name },
  })
}

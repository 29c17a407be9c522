// pod hook add: tells an address over HTTP of the events of a host. The secret is asked for, or read from stdin.
import { P8aError } from '../../protocol/errors.ts'
import { minHookSecret } from '../../protocol/hook.ts'
import { checkName } from '../../protocol/names.ts'
import type { Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { orUnknownType, typesIn } from './event-types.ts'

/** What names every type. */
const allTypes = 'all'

export const run: Run = async ({ args: [remote = '', url = ''], options }, context) => {
  const { output } = context
  if (!options.has('on')) {
    throw new P8aError('usage', 'Cannot add a webhook: nothing says of which events', {
      hint: 'Add --on crashed,gave-up; --on all is every event',
    })
  }
  const types = typesIn(options, 'on')
  const name = options.read('pod', name => checkName(name))
  const asked = {
    url,
    ...(!(types as string[]).includes(allTypes) && { types }),
    ...(name !== undefined && { name }),
    secret: await secretOf(options),
  }
  const adding = withHost(remote, context, async host => await host.call('hook.add', asked))
  const hook = await orUnknownType(adding, { option: 'on', types })
  output.answer(hook, () => {
    const see = output.command({ verb: 'hook list' })
    return `The webhook ${hook.id} tells ${hook.url} of ${hook.types?.join(', ') ?? 'every event'}. How far it is: ${see}`
  })
  return 0
}

async function secretOf(options: Options): Promise<string> {
  const given = options.text('secret')
  if (given !== undefined && given !== '-') {
    throw new P8aError('usage', 'Cannot take --secret from the command line: every user of this machine can see it', {
      hint: 'Leave --secret out, and you are asked for it; or give --secret - and the secret on stdin',
    })
  }
  if (given === undefined && !process.stdin.isTTY) {
    throw new P8aError('usage', 'Cannot ask for the secret: there is no terminal', {
      hint: 'Give it on stdin, with --secret -; to make one: openssl rand -base64 24',
    })
  }
  const { askSecrets } = await import('../say/secret.ts')
  const [line] = await askSecrets('Secret: ')
  const secret = line.trim()
  if (secret.length >= minHookSecret) return secret
  throw new P8aError('usage', `Cannot take the secret: it has ${secret.length} characters`, {
    hint: `It needs at least ${minHookSecret}; to make one: openssl rand -base64 24`,
  })
}

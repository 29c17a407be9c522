// pod group set: sets which pods a name means, and what share of requests and calls each gets.
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = '', ...words], options }, context) => {
  const { output } = context
  const members = Object.fromEntries(words.map(memberOf))
  const sticky = options.text('sticky')
  const routes = options.all('route')
  return await withHost(remote, context, async host => {
    const asked = {
      name,
      members,
      ...(sticky !== undefined && { sticky }),
      ...(routes.length > 0 && { route: routes }),
    }
    const answer = await host.call('pod.group', asked)
    output.answer(answer, () => `${name} means ${words.join(' ')}`)
    return 0
  })
}

/** `web-v1=90`. @throws {P8aError} `usage` */
function memberOf(word: string): [pod: string, weight: number] {
  const [, pod, weight] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(word) ?? []
  if (pod !== undefined && weight !== undefined) return [pod, Number(weight)]
  throw new P8aError('usage', `"${word}" is no pod and its weight`, { hint: 'Write it as NAME=90' })
}

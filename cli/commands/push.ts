// pod push: stores a file or a folder as a pod's newest version.
import { checkName } from '../../protocol/names.ts'
import type { Pushed } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { size } from '../say/amounts.ts'
import { plain } from '../say/table.ts'
import { pushedFile } from './built-in.ts'
import { refuseForeign } from './project-given.ts'
import { pushAny } from './push-any.ts'

export const run: Run = async ({ args: [remote = '', name = '', given = ''], options }, context) => {
  const { output } = context
  checkName(name)
  refuseForeign(given)
  const file = await pushedFile(given)
  return await withHost(remote, context, async host => {
    const pushed = await pushAny(host, { name, file, options, output })
    output.answer(pushed, () => '')
    if (output.json) return 0
    const { say } = await import('../say/say.ts')
    await say('success', pushedText(pushed))
    return 0
  })
}

function pushedText(pushed: Pushed): string {
  if (pushed.answer !== undefined) return answerText(pushed)
  const facts = `${size(pushed.size)}, ${pushed.hash.slice(0, 12)}`
  const what = pushed.unchanged ? `unchanged, still v${pushed.version}` : `v${pushed.version}`
  return `${pushed.name} ${what} (${facts})${pushed.text ? `: ${plain(pushed.text)}` : ''}`
}

/** The answer of a pod that is a host. */
function answerText({ name, answer }: Pushed): string {
  if (answer === null) return `${name} pushed`
  return typeof answer === 'string' ? plain(answer) : JSON.stringify(answer)
}

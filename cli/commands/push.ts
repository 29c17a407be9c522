// pod push: bundles a file and stores it as a pod's newest version.
import { basename } from 'node:path'
import { checkName } from '../../protocol/names.ts'
import type { Pushed } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { readScript } from '../bundle/script-file.ts'
import { withHost } from '../remote/remote-host.ts'
import { size } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'
import { plain } from '../say/table.ts'
import { pushedFile } from './built-in.ts'
import { bundled } from './bundled.ts'

export const run: Run = async ({ args: [remote = '', name = '', given = ''] }, context) => {
  const { output } = context
  checkName(name)
  const file = await pushedFile(given)
  return await withHost(remote, context, async host => {
    const { warnings, ...content } = await contentOf(file, output)
    const pushed = host.call('pod.push', { name, ...content, file: basename(file).slice(-255) })
    const answer = await spin(`Pushing ${name}`, output, pushed)
    output.answer(warnings.length > 0 ? { ...answer, warnings } : answer, () => '')
    if (output.json) return 0
    const { say } = await import('../say/say.ts')
    await say('success', pushedText(await pushed))
    return 0
  })
}

async function contentOf(file: string, output: Output) {
  const script = await readScript(file)
  if (script) return { ...script, warnings: [] }
  const { code, map, warnings } = await bundled(file, output)
  return { code, map, warnings }
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

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

export const run: Run = async ({ args: [remote = '', name = '', given = ''] }, context) => {
  const { output } = context
  checkName(name)
  const file = await pushedFile(given)
  return await withHost(remote, context, async host => {
    const content = (await readScript(file)) ?? (await bundled(file, output))
    const pushed = host.call('pod.push', { name, ...content, file: basename(file).slice(-255) })
    output.answer(await spin(`Pushing ${name}`, output, pushed), () => '')
    if (output.json) return 0
    const { say } = await import('../say/say.ts')
    await say('success', pushedText(await pushed))
    return 0
  })
}

async function bundled(file: string, output: Output): Promise<{ code: string; map: string }> {
  const { bundle } = await import('../bundle/bundle.ts')
  const { code, map } = await spin(`Bundling ${basename(file)}`, output, bundle(file))
  return { code, map }
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

// pod push: stores a file, a folder or a command as a pod's newest version.
import { stat } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import { checkName } from '../../protocol/names.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { size } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { podLine } from '../say/pod-table.ts'
import { plain } from '../say/table.ts'
import { pushedFile } from './built-in.ts'
import { takenFile } from './bundled.ts'
import { refuseForeign } from './project-given.ts'
import { pushAny } from './push-any.ts'
import { spinReload } from './reload-progress.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = '', given = ''], options, tail }, context) => {
  const { output } = context
  checkName(name)
  if (given !== '') refuseForeign(given)
  else if (!options.has('command')) throw nothingToPush()
  const file = given === '' ? undefined : await pushedFile(given)
  return await withHost(remote, context, async host => {
    const args = tail && (await argumentsFor(file, { name, words: tail.words }))
    const pushed = await pushAny(host, { name, file, options, output, args })
    if (!options.has('reload')) {
      output.answer(pushed, () => '')
      await sayPushed(pushed, output)
      return 0
    }
    await sayPushed({ ...pushed, next: undefined }, output)
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const pod = await spinReload(
        host,
        { name, doing: `Reloading ${name}`, output },
        async () => await host.call('pod.reload', { name }),
      )
      output.answer({ ...pushed, pod }, () => podLine(pod))
    })
  })
}

/** What is done next is not told to whoever lets it be done. */
type Told = Omit<Pushed, 'next'> & { next?: string | undefined }

/** What a push has brought, in a line. */
export async function sayPushed(pushed: Told, output: Output): Promise<void> {
  if (output.json) return
  const { say } = await import('../say/say.ts')
  await say('success', pushedText(pushed))
}

/** What stands behind `--` are arguments of the program of a folder, and of nothing else. @throws {P8aError} `usage` */
async function argumentsFor(
  file: string | undefined,
  { name, words }: { name: string; words: string[] },
): Promise<string[] | undefined> {
  if (words.length === 0) return undefined
  if (file !== undefined) {
    const found = await stat(file).catch(() => undefined)
    // That a file is not there, its push says.
    if (!found || found.isDirectory() || (await takenFile(file)).as === 'program') return words
  }
  throw new P8aError(
    'usage',
    `Cannot read ${JSON.stringify(words[0])}: only a program or a folder is pushed with arguments`,
    {
      hint: [{ text: 'Give them at start', do: { verb: 'start', args: [name] } }, { text: 'behind "--"' }],
    },
  )
}

function nothingToPush(): P8aError {
  return new P8aError('usage', '"pod push" needs FILE, or --command for a program that this host has', {
    hint: [
      { text: 'a folder', do: { verb: 'push', args: ['NAME', '.'] } },
      { text: 'more', do: { verb: 'help', args: ['push'] } },
    ],
  })
}

export function pushedText(pushed: Told): string {
  if (pushed.answer !== undefined) return answerText(pushed)
  const facts = `${size(pushed.size)}, ${pushed.hash.slice(0, 12)}`
  const what = pushed.unchanged ? `unchanged, still v${pushed.version}` : `v${pushed.version}`
  const more = [pushed.text, pushed.next].filter(part => part !== undefined)
  return `${pushed.name} ${what} (${facts})${more.length > 0 ? `: ${plain(more.join('; '))}` : ''}`
}

/** The answer of a pod that is a host. */
function answerText({ name, answer }: Told): string {
  if (answer === null) return `${name} pushed`
  return typeof answer === 'string' ? plain(answer) : JSON.stringify(answer)
}

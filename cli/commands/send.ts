// pod send: writes a line, or what stdin has, into the stdin of a pod.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { readBytes } from './read-bytes.ts'

export const run: Run = async ({ args: [remote = '', name = '', text], options }, context) => {
  const { output } = context
  const line = options.has('no-newline') ? '' : '\n'
  const bytes = text === undefined ? await readBytes('-') : Buffer.from(`${text}${line}`)
  return await withHost(remote, context, async host => {
    const sent = await host.call('pod.send', { name, text: bytes.toString('base64'), encoding: 'base64' })
    output.answer(sent, () => `${sent.bytes} bytes sent to ${sent.runs.join(', ')}`)
    return 0
  })
}

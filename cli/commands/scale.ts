// pod scale: sets how many runs a pod has, or how many more or fewer.
import { P8aError } from '../../protocol/errors.ts'
import { maxScale } from '../../protocol/limits.ts'
import type { Run } from '../argv/command.ts'
import { wholeNumber } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { warnOfFleet } from './brought-by-fleet.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = '', text = ''], options }, context) => {
  const { output } = context
  const [, sign = '', count = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  const given = wholeNumber(count, { what: 'the scale', least: 1, most: maxScale, code: 'bad_params' })
  return await withHost(remote, context, async host => {
    await warnOfFleet(host, name, 'scale')
    const by = sign === '-' ? -given : given
    const before = sign === '' ? 0 : (await host.call('pod.status', { name })).scale
    const scale = before + by
    if (scale < 1 || scale > maxScale) throw outOfRange(name, { text, scale })
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const scaled = host.call('pod.scale', { name, scale, wait: !options.has('no-wait') })
      const pod = await spin(`Scaling ${name} to ${scale}`, output, scaled)
      output.answer(pod, () => podLine(pod))
    })
  })
}

function outOfRange(name: string, { text, scale }: { text: string; scale: number }): P8aError {
  const hint = scale < 1 ? { hint: { text: 'To end them all', do: { verb: 'stop', args: [name] } } as const } : {}
  return new P8aError(
    'bad_params',
    `Cannot scale pod ${JSON.stringify(name)} by ${text}: that would be ${scale} runs, which is not a whole number from 1 to ${maxScale}`,
    hint,
  )
}

// Tells of every pod that crashes or cannot be started, and of none twice, also of what happened while it was down itself.
//   pod push local on-call etc/examples/on-call.ts
//   pod start local on-call
//   pod logs local on-call --tag alarm
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pod } from 'p8a'

const pod: Pod = (_params, _bus, p8a) => {
  const file = join(p8a.storage, 'last')
  const follow = async () => {
    const last = await readFile(file, 'utf8').catch(() => '')
    const after = last === '' ? {} : { after: Number(last) }
    for await (const event of p8a.events({ types: ['crashed', 'failing', 'gave-up'], ...after })) {
      const why = 'why' in event ? event.why : 'reason' in event ? event.reason : ''
      // Here a message would be sent to whoever is on call.
      p8a.log('alarm', event.pod, event.type, why)
      await writeFile(file, String(event.number))
    }
  }
  // What it throws ends the run, which is started again.
  void follow()
}
export default pod

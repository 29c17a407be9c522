// Watches its host, and wakes each pod that has the label `awake` whenever somebody stops it.
//   pod push local keep-awake etc/examples/keep-awake.ts
//   pod start local keep-awake
//   pod start local hello --label awake=yes
//   pod stop local hello                        and it is up again
import type { Config, Pod } from 'p8a'

export const config = { may: 'deploy' } satisfies Config

const pod: Pod = async (_params, bus, p8a) => {
  const watch = p8a.watch()
  const follow = async () => {
    for await (const change of watch) {
      const isLooked = change.type === 'snapshot' || change.type === 'changed' || change.type === 'status'
      for (const [name, { labels, status }] of isLooked ? watch.pods : []) {
        if (!labels.awake || status !== 'idle') continue
        p8a.log('awake', `${name} is ${status}`)
        await p8a.verbs.wake(name)
      }
      bus.emit('status', 'up', `${[...watch.pods.values()].filter(({ labels }) => labels.awake).length} kept awake`)
    }
  }
  // What it throws ends the run, which is started again.
  void follow()
}
export default pod

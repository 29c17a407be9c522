// Commands of its own in its shell: they print, ask, and use the verbs of the host.
//   pod push local guess etc/examples/commands.ts
//   pod start local guess
//   pod shell local guess        and there: guess 10, restarts, help, .exit
import type { Commands, Pod } from 'p8a'

let games = 0

export const commands: Commands = {
  /** `guess 10`: guess a number from 1 to 10. */
  async guess([, most = '100'], send, recv) {
    games++
    const wanted = 1 + Math.floor(Math.random() * Number(most))
    for (let tries = 1; ; tries++) {
      const number = Number(await recv(`1 to ${most}? `))
      if (number === wanted) return `Yes, after ${tries}. Games so far: ${games}`
      await send(number < wanted ? 'More\n' : 'Less\n')
    }
  },

  /** How often the pods of this host were restarted. */
  async restarts(_argv, send, _recv, primary) {
    const { pods } = await primary.list()
    for (const pod of pods) await send(`${pod.name}: ${pod.restarts}\n`)
  },
}

const pod: Pod = async (_params, bus) => {
  bus.emit('status', 'up', 'waiting for players')
}
export default pod

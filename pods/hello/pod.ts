// An example of what a pod can do: it says hello to whoever calls, keeps count, and tells its host how it is.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Commands, Pod, PodConfigInput } from 'p8a'

/** The policy of the pod. The host reads it at push, without running any code. */
export const config: PodConfigInput = {
  labels: { example: 'hello' },
  check: { interval: '10s' },
}

let said = 0
let save = async (): Promise<void> => {}

/** Called from outside: `pod call local hello hello Ann`. */
export const hello = async (name = 'world'): Promise<string> => {
  said++
  await save()
  return `Hello ${name}`
}

/** A stream: `for await (const tick of p8a.pod('hello').ticks(3))`. */
export async function* ticks(count = 3): AsyncGenerator<number> {
  for (let tick = 1; tick <= count; tick++) yield tick
}

/** Commands of its shell: `pod shell local hello`, then `greet`. */
export const commands: Commands = {
  async greet(_argv, send, recv) {
    await send(await hello(await recv('Who is there? ')))
  },
}

const main: Pod = async (params, bus, p8a) => {
  const file = join(p8a.storage, 'said')
  said = Number(await readFile(file, 'utf8').catch(() => 0))
  save = () => writeFile(file, String(said))
  const tell = () => bus.emit('status', 'up', `said hello ${said} times`)
  bus.on('check', tell)
  p8a.log('hello', `Hello ${params.name ?? 'world'}, I am ${p8a.run}`)
  tell()
  return async () => console.log('Goodbye')
}
export default main

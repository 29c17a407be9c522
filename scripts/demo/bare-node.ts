// The same program without anybody that keeps it, as the measure.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from './load.ts'

/** @returns how long it takes from `spawn` until the first answer, in milliseconds; the middle one of three */
export async function bareStartMs(folder: string, port: number): Promise<number> {
  const times: number[] = []
  for (let tries = 0; tries < 3; tries++) {
    const begun = performance.now()
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: { ...process.env, PORT: String(port) },
      stdio: 'ignore',
    })
    while (!(await ask(port, { agent: false }).catch(() => ''))) await delay(1)
    times.push(performance.now() - begun)
    child.kill()
    await once(child, 'exit')
  }
  return times.sort((a, b) => a - b)[1] ?? 0
}

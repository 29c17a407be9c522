// Counts aloud, and keeps how far it came where no fault reaches. It can be told to end by itself, to have a child that
// counts too, to take no notice of SIGTERM, and to clean up slowly.
import { spawn } from 'node:child_process'
import { openSync, writeSync } from 'node:fs'

/** Put in its place by whoever pushes it: what the pod is like. */
const sort = {}
let count = 0
export default async (params, bus, p8a) => {
  // A restart of a pod that was never started has no params.
  const told = params.told && openSync(`${params.told}/${p8a.run}`, 'w')
  const say = () => {
    for (let line = 0; line < Number(sort.burst ?? 1); line++) console.log(`line ${++count} .`)
    if (told) writeSync(told, String(count).padEnd(12), 0)
  }
  setInterval(say, Number(sort.everyMs ?? 100))
  if (sort.child) {
    const script = 'i=0; while :; do i=$((i+1)); echo "child $i ."; sleep 0.3; done'
    spawn('sh', ['-c', `trap "" TERM; (${script.replaceAll('child', 'grandchild')}) & ${script}`], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  }
  if (sort.stubborn) process.on('SIGTERM', () => {})
  if (sort.crashAfterMs) setTimeout(() => process.exit(3), Number(sort.crashAfterMs))
  if (sort.checked) bus.on('check', () => bus.emit('status', 'up', `at ${count}`))
  if (sort.loops) await new Promise(() => {})
  if (sort.cleanMs) return () => new Promise(resolve => setTimeout(resolve, Number(sort.cleanMs)))
}
export const counted = () => count

// A pod with a child process of its own. What the child writes goes to the pod's log too, and when the run ends, however
// it ends, the child ends with it.
//   pod push local parent etc/examples/children.js
//   pod start local parent
//   pod logs local parent
import { spawn } from 'node:child_process'

/** @type {import('p8a').Pod} */
export default async () => {
  // 'inherit' gives the child the pod's own stdout and stderr.
  const child = spawn('sh', ['-c', 'echo "the child speaks"; exec sleep 1000'], { stdio: 'inherit' })
  // Where the pod is of no use without its child, it ends with it and is restarted.
  child.on('exit', () => process.exit(1))
  console.log(`The child is process ${child.pid}`)
}

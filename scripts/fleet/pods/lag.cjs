// Loaded into a fleet pod: for how long it has blocked its event loop by what it did itself, at most, in each second, a line each in a file, in
// milliseconds. Time in which the machine did something else is left out, since a busy one makes all of that.
const { appendFileSync } = require('node:fs')

const [tickMs, everyMs] = [20, 1000]
const cpuMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
let last = { wallMs: performance.now(), cpuMs: cpuMs() }
let mostMs = 0
let writtenMs = last.wallMs

setInterval(() => {
  const now = { wallMs: performance.now(), cpuMs: cpuMs() }
  mostMs = Math.max(mostMs, Math.min(now.wallMs - last.wallMs - tickMs, now.cpuMs - last.cpuMs))
  last = now
  if (now.wallMs - writtenMs < everyMs) return
  appendFileSync(process.env.P8A_TRIAL_LAG, `${mostMs.toFixed(1)}\n`)
  writtenMs = now.wallMs
  mostMs = 0
}, tickMs).unref()

// A pod of a trial: each run tells a guarded resource outside of the fleet that it has begun, and then that it lives, by the clock of the machine.
import { connect } from 'node:net'

export const who = () => process.pid
export const slow = async ms => {
  await new Promise(resolve => setTimeout(resolve, ms))
  return process.pid
}
export const spin = ms => {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
  return process.pid
}

export default (params, _bus, p8a) => {
  if (!params.resource) return void setInterval(() => {}, 1000)
  const socket = connect(params.resource)
  const tell = what =>
    socket.write(
      `${JSON.stringify({ pod: p8a.name, pid: process.pid, what, atMs: Number(process.hrtime.bigint()) / 1e6 })}\n`,
    )
  socket.on('error', () => {})
  socket.resume()
  tell('begin')
  setInterval(() => tell('beat'), Number(params.every ?? 20))
}

// Tells the bench that something has happened in this process, and when: one line into a fifo, with the kernel's monotonic
// clock, so that neither the way there nor a busy bench is in the figure.
const { closeSync, constants, openSync, writeSync } = require('node:fs')

module.exports = function ring({ app, bell }, event) {
  const atNs = process.hrtime.bigint()
  try {
    const fifo = openSync(bell, constants.O_WRONLY | constants.O_NONBLOCK)
    writeSync(fifo, `${app} ${event} ${process.pid} ${atNs}\n`)
    closeSync(fifo)
  } catch {
    // Nobody listens: the bench has gone. It is not this program's matter.
  }
}

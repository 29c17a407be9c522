// Writes so many numbered lines of 100 bytes as fast as it can, and then stays, or exits at once.
const ring = require('./ring.js')

function main(settings) {
  // Later, so that it is up before it is busy.
  setTimeout(() => write(settings), 500)
}

function write(settings) {
  const count = Number(settings.count)
  const rest = 'x'.repeat(99 - 'line 0000000 '.length)
  ring(settings, 'begun')
  for (let n = 1; n <= count; n++) console.log(`line ${String(n).padStart(7, '0')} ${rest}`)
  ring(settings, 'written')
  if (settings.ending === 'exit') process.exit()
  setInterval(() => {}, 2 ** 30)
}

module.exports = main
// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

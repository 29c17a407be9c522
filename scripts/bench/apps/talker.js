// Writes a numbered line every 10 ms until it is told to be silent (SIGUSR2), and keeps in a file of its own how far it
// came, so that what is missing in its log can be known.
const { openSync, writeSync } = require('node:fs')
const ring = require('./ring.js')

function main(settings) {
  const claims = openSync(`${settings.claims}.${process.pid}`, 'w')
  let said = 0
  const timer = setInterval(() => {
    console.log(`said ${process.pid} ${++said} .`)
    writeSync(claims, String(said), 0)
  }, 10)
  process.on('SIGUSR2', () => {
    clearInterval(timer)
    setInterval(() => {}, 2 ** 30)
  })
  ring(settings, 'up')
}

module.exports = main
// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

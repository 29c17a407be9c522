// Says that it is up, and does nothing more.
const ring = require('./ring.js')

function main(settings) {
  ring(settings, 'up')
  setInterval(() => {}, 2 ** 30)
}

module.exports = main
// As a pod it is called; started any other way it finds its settings in the environment, which a pod's does not have.
if (process.env.bell) main(process.env)

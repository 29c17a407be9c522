// A small web app, as people have them: a folder with a package.json, which imports Express. It finds its settings in a
// file beside it, as it is the same with a manager or without.
const express = require('express')
const ring = require('./ring.js')
const settings = require('./settings.json')

const app = express()
app.get('/', (_request, response) => response.send(`Hello from ${process.pid}\n`))
app.listen(Number(settings.port), '127.0.0.1', () => ring(settings, 'up'))

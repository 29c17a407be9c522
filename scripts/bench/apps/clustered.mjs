// The server of the rows about ports, as often as its settings say, by Node's own cluster.
import cluster from 'node:cluster'

if (cluster.isPrimary) for (let count = Number(process.env.workers); count > 0; count--) cluster.fork()
else await import('./served.mjs')

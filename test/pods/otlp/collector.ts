// A small receiver of OTLP over HTTP, that answers as a test says.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

type Value = { stringValue?: string }
type Attribute = { key: string; value: Value }
type LogsBody = {
  resourceLogs: { resource: { attributes: Attribute[] }; scopeLogs: { logRecords: { body: Value }[] }[] }[]
}
type MetricsBody = { resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[] }

export class Collector implements AsyncDisposable {
  /** What is answered from now on. */
  status = 200
  /** Lines with their pods, in the order in which they came; names of metrics; headers of the last request. */
  lines: { pod: string | undefined; text: string | undefined }[] = []
  metrics = new Set<string>()
  headers: NodeJS.Dict<string | string[]> = {}
  refused = 0
  #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(port = 0): Promise<Collector> {
    const server = createServer(async (request, response) => {
      collector.headers = request.headers
      const body = await json(request)
      if (collector.status === 200) collector.#take(request.url ?? '', body)
      else collector.refused += 1
      response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}')
    })
    const collector = new Collector(server)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return collector
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    if (this.#server.listening) await once(this.#server, 'close')
  }

  #take(path: string, body: unknown): void {
    if (path === '/v1/metrics') {
      const { resourceMetrics } = body as MetricsBody
      for (const { scopeMetrics } of resourceMetrics)
        for (const { metrics } of scopeMetrics) for (const { name } of metrics) this.metrics.add(name)
      return
    }
    for (const { resource, scopeLogs } of (body as LogsBody).resourceLogs) {
      const pod = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue
      for (const { logRecords } of scopeLogs)
        this.lines.push(...logRecords.map(({ body }) => ({ pod, text: body.stringValue })))
    }
  }
}

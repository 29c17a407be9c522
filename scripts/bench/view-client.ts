// Scripts over HTTP, as the bench asks for them: a few requests at a time over connections that stay open.
import http from 'node:http'
import type { View } from './adapters/manager.ts'
import { until } from './clock.ts'

export class ViewClient {
  #view: View
  #agent = new http.Agent({ keepAlive: true, maxSockets: 8 })

  constructor(view: View) {
    this.#view = view
  }

  async createScript(name: string, script: string): Promise<void> {
    await this.#json('POST', '/commands', { name, script })
  }

  /** @returns the id of the run */
  async start(command_id: string): Promise<string> {
    const { process_id } = (await this.#json('POST', '/processes', { command_id })) as { process_id: string }
    return process_id
  }

  /** Waits until no run of a script goes on or waits. */
  async allEnded(name: string): Promise<void> {
    await until(async () => (await this.#count(name, 'executing')) + (await this.#count(name, 'queued')) === 0, {
      what: `all of ${name} have ended`,
    })
  }

  /** How many have a process. */
  async running(name: string): Promise<number> {
    return (await this.#executing(name)).filter(({ pid }) => pid !== undefined).length
  }

  async stopAll(name: string): Promise<void> {
    const executing = await this.#executing(name)
    await Promise.all(executing.map(({ id }) => this.#json('POST', `/processes/${id}/stop`)))
    await this.allEnded(name)
  }

  /** How many bytes a run has written, all of them read. */
  async outputBytes(id: string): Promise<number> {
    let bytes = 0
    const response = await this.#ask('GET', `/processes/${id}/output`)
    for await (const chunk of response) bytes += (chunk as Buffer).length
    return bytes
  }

  close(): void {
    this.#agent.destroy()
  }

  async #executing(name: string): Promise<{ id: string; pid?: number }[]> {
    const path = `/processes?status=executing&limit=1000&command_id=${name}`
    const { processes } = (await this.#json('GET', path)) as { processes: { id: string; pid?: number }[] }
    return processes
  }

  async #count(name: string, status: string): Promise<number> {
    const { total } = (await this.#json('GET', `/processes?status=${status}&limit=1&command_id=${name}`)) as {
      total: number
    }
    return total
  }

  async #json(method: string, path: string, body?: object): Promise<unknown> {
    const response = await this.#ask(method, path, body)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    if ((response.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  #ask(method: string, path: string, body?: object): Promise<http.IncomingMessage> {
    const { port, token } = this.#view
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }
      const request = http.request({ host: '127.0.0.1', port, method, path, agent: this.#agent, headers }, resolve)
      // A connection that was idle may be closed by the host in the very moment it is used again.
      request.on('error', error => {
        if (request.reusedSocket) this.#ask(method, path, body).then(resolve, reject)
        else reject(error)
      })
      request.end(body && JSON.stringify(body))
    })
  }
}

// A network of namespaces: each place has its own, with one cable to a switch, which is in a namespace too. Nothing of it touches the network of
// the machine.
import { execa } from 'execa'
import type { Listening, Network } from './places.ts'

const subnet = '10.77.0'
const port = 4222
const route = 6222

let made = 0

export class Namespaces implements Network {
  readonly kind = 'namespaces'
  #prefix = `p8a-${process.pid}-${++made}-`
  #places: readonly string[]
  #unplugged = new Set<string>()

  private constructor(places: readonly string[]) {
    this.#places = places
  }

  static async open(places: readonly string[]): Promise<Namespaces> {
    const network = new Namespaces(places)
    try {
      await network.#make()
      return network
    } catch (error) {
      await network[Symbol.asyncDispose]()
      throw error
    }
  }

  at(place: string): readonly string[] {
    return ['nsenter', `--net=/run/netns/${this.#name(place)}`, '--']
  }

  async engine(place: string): Promise<Listening> {
    return { host: this.#address(place), port, route }
  }

  urlOf(_: string, engine: string): string {
    return `nats://${this.#address(engine)}:${port}`
  }

  async cut(from: string, to: string): Promise<void> {
    await ip(
      'netns',
      'exec',
      this.#name(to),
      ...['iptables', '-w', '-A', 'INPUT', '-s', this.#address(from), '-j', 'DROP'],
    )
  }

  async unplug(place: string): Promise<void> {
    this.#unplugged.add(place)
    await ip('-n', this.#name('switch'), 'link', 'set', 'dev', portOf(place), 'down')
  }

  async carried(place: string): Promise<{ in: number; out: number }> {
    const [program = '', ...args] = [...this.at(place), 'cat', '/proc/self/net/dev']
    const { stdout } = await execa(program, args)
    const line = stdout.split('\n').find(line => line.trim().startsWith('cable:')) ?? ''
    const counts = line
      .slice(line.indexOf(':') + 1)
      .trim()
      .split(/\s+/)
      .map(Number)
    return { in: counts[0] ?? 0, out: counts[8] ?? 0 }
  }

  async heal(): Promise<void> {
    for (const place of this.#places) {
      await ip('netns', 'exec', this.#name(place), 'iptables', '-w', '-F', 'INPUT')
      if (this.#unplugged.delete(place)) await ip('-n', this.#name('switch'), 'link', 'set', 'dev', portOf(place), 'up')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const place of [...this.#places, 'switch']) await ip('netns', 'del', this.#name(place)).catch(() => {})
  }

  async #make(): Promise<void> {
    const hub = this.#name('switch')
    await ip('netns', 'add', hub)
    await ip('-n', hub, 'link', 'add', 'bridge', 'type', 'bridge')
    await ip('-n', hub, 'link', 'set', 'bridge', 'up')
    for (const place of this.#places) {
      const name = this.#name(place)
      await ip('netns', 'add', name)
      await ip('link', 'add', 'cable', 'netns', name, 'type', 'veth', 'peer', 'name', portOf(place), 'netns', hub)
      await ip('-n', hub, 'link', 'set', 'dev', portOf(place), 'master', 'bridge')
      await ip('-n', hub, 'link', 'set', 'dev', portOf(place), 'up')
      await ip('-n', name, 'address', 'add', `${this.#address(place)}/24`, 'dev', 'cable')
      await ip('-n', name, 'link', 'set', 'cable', 'up')
      await ip('-n', name, 'link', 'set', 'lo', 'up')
    }
  }

  #address(place: string): string {
    return `${subnet}.${this.#places.indexOf(place) + 1}`
  }

  #name(place: string): string {
    return this.#prefix + place
  }
}

/** Of the switch. */
const portOf = (place: string): string => `to-${place}`

async function ip(...args: string[]): Promise<void> {
  await execa('ip', args)
}

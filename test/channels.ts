// Sides of channels for tests that are about something else.
import { Channel, type ChannelOptions, type Voice } from '../protocol/channel/channel.ts'

/** The side of an acceptor, whose opener a test plays by its `on…` methods; `voice` hears what it says. */
export function quietChannel(voice: Partial<Voice> = {}, options: ChannelOptions = {}): Channel {
  const nothing = () => {}
  return Channel.acceptor(
    {
      stream: nothing,
      value: () => 0,
      more: nothing,
      end: nothing,
      fail: nothing,
      cancel: nothing,
      isFull: false,
      drained: async () => {},
      ...voice,
    },
    options,
  )
}

#!/bin/sh
# What a container of p8a begins, below an init that reaps (etc/Containerfile). It keeps a host up: whatever ended that, it is begun
# again, and adopts the pods, which have gone on. Asked to end, it lets the host end the pods first, since they do not outlive the
# container. Its arguments are options of `pod host start`.
set -u
ending=

end() {
  ending=yes
  # A host that is just being begun again has no door yet; it is asked to end itself, and the pods end with the container.
  pod host stop --pods || kill -TERM "$host"
}
trap end TERM INT

while [ -z "$ending" ]; do
  pod host start "$@" &
  host=$!
  wait "$host"
  if [ -z "$ending" ]; then sleep 1; fi
done
# A signal has broken the wait off.
wait "$host"
exit 0

#!/bin/sh
# Two clients at one ECU: lock, session, write, operation, fault, event, unlock.
# Usage: walk-through.sh [http://127.0.0.1:8080/sovd/v1]   (the gateway that `npm start` runs)
set -eu
url=${1:-http://127.0.0.1:8080/sovd/v1}
hvac=$url/components/climate
ann='X-SOVD-Client-Id: ann'
bob='X-SOVD-Client-Id: bob'

# What a request answers, after its status.
ask() { curl -s -w '\n%{http_code} ' "$@" | awk '{ line[NR] = $0 } END { print line[NR] line[1] }'; }
say() { printf '\n# %s\n' "$*"; }

say 'ann locks the climate control for two minutes'
ask -X POST "$hvac/lock" -H "$ann" --json '{"durationSecs":120}'

say 'bob listens to its data, and hears of changes as they happen'
events=$(mktemp)
curl -sN "$hvac/data/subscribe?ids=target-temp" > "$events" &
listener=$!
trap 'kill $listener 2> /dev/null || true; rm -f "$events"' EXIT

say 'bob cannot write while ann has the lock; he is told when to try again'
ask -X PUT "$hvac/data/target-temp" -H "$bob" --json '{"value":19}'

say 'ann enters the extended session and writes'
ask -X POST "$hvac/modes" -H "$ann" --json '{"mode":"extended"}'
ask -X PUT "$hvac/data/target-temp" -H "$ann" --json '{"value":23.5}'

say 'ann flushes the cabin air and waits for the result'
location=$(curl -s -o /dev/null -D - -X POST "$hvac/operations/recirculate" -H "$ann" --json '{}' |
  tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
origin=${url%"${url#*//*/}"}
execution="${origin%/}$location"
until curl -s "$execution" | grep -q '"status":"completed"'; do sleep 0.2; done
ask "$execution"

say 'a program of the vehicle reports a fault of the climate control; ann clears it'
fault='{"fault_id":"blower.slow","source":"walk-through","severity":"Error","component_id":"climate","description":"blower too slow"'
ask -X POST "$url/x-faults/records" --json "$fault,\"stage\":\"Failed\"}"
ask "$hvac/faults/blower.slow"
ask -X DELETE "$hvac/faults/blower.slow" -H "$ann"

say 'ann unlocks; the session goes back to default by itself'
ask -X DELETE "$hvac/lock" -H "$ann"
until curl -s "$hvac/modes" | grep -q '"currentMode":"default"'; do sleep 0.2; done
ask "$hvac/modes"

say 'now bob can write, and has heard of both values'
ask -X PUT "$hvac/data/target-temp" -H "$bob" --json '{"value":20.5}'
until grep -q '"value":20.5' "$events"; do sleep 0.2; done
grep '^data:.*target-temp' "$events"

# shellcheck shell=bash
# The service with simulated printers, in a folder of its own, until Ctrl-C. Needs common.sh.

demo_printers=X1C,P1S,A1MINI,H2D
demo_pids=()

# run_demo SERVICE SIMULATOR
run_demo() {
  local service=$1 simulator=$2
  local port=${LAYERBERRY_PORT:-8000}
  local folder=${XDG_STATE_HOME:-$HOME/.local/state}/layerberry-demo
  local address=http://127.0.0.1:$port
  umask 077
  mkdir -p "$folder/data" "$folder/simulator"

  # The lock ends with this script, whatever ends it; the children do not inherit it.
  exec 9>"$folder/lock"
  flock -n 9 || fail "The simulated printers already run from $folder. Stop them there with Ctrl-C first." 75
  if port_is_taken "$port"; then
    fail "Port $port is in use by another program. Choose another: LAYERBERRY_PORT=8001 Scripts/run" 75
  fi

  trap stop_demo EXIT
  trap 'exit 0' INT TERM HUP

  : >"$folder/printers.jsonl"
  "$simulator" --printers "$demo_printers" --folder "$folder/simulator" --speed 30 --loop --json \
    >"$folder/printers.jsonl" 2>"$folder/simulator.log" </dev/null 9>&- &
  demo_pids+=($!)
  "$service" serve --data "$folder/data" --port "$port" \
    >"$folder/service.log" 2>&1 </dev/null 9>&- &
  demo_pids+=($!)

  wait_for 30 demo_printers_are_there "$folder" ||
    demo_failed "The simulated printers did not start." "$folder"
  wait_for 30 demo_service_answers "$address" ||
    demo_failed "The service did not start." "$folder"

  local key
  key=$(demo_key "$service" "$folder" "$address")
  demo_add_printers "$folder" "$address" "$key"
  demo_tell "$address" "$key" "$(demo_password "$service" "$folder")" "$folder"
  demo_follow "$address" "$key" "$folder"
}

port_is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_for SECONDS COMMAND…: until the command succeeds, or a child ends, or the time is over.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    demo_lives && [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

demo_lives() {
  local pid
  for pid in "${demo_pids[@]}"; do
    kill -0 "$pid" 2>/dev/null || return 1
  done
}

demo_printers_are_there() {
  local wanted=${demo_printers//[!,]/}
  [ "$(grep -c access_code "$1/printers.jsonl")" -eq $((${#wanted} + 1)) ]
}

demo_service_answers() {
  curl -fsS -o /dev/null --max-time 2 "$1/health" 2>/dev/null
}

# demo_failed SENTENCE FOLDER: a part that has ended is to blame, whatever was waited for.
demo_failed() {
  local sentence=$1 log=$2/service.log
  if ! kill -0 "${demo_pids[1]}" 2>/dev/null; then
    sentence="The service has ended."
  elif ! kill -0 "${demo_pids[0]}" 2>/dev/null; then
    sentence="The simulator has ended."
    log=$2/simulator.log
  fi
  tail -n 20 "$log" >&2
  fail "$sentence Its log: $log"
}

# demo_call ADDRESS KEY METHOD PATH [FILE]: the key goes by a file descriptor, so that no process list shows it.
demo_call() {
  local body=()
  if [ $# -ge 5 ]; then body=(-H 'Content-Type: application/json' --data-binary "@$5"); fi
  curl -sS --fail-with-body --max-time 10 -X "$3" -H @<(printf 'X-API-Key: %s\n' "$2") "${body[@]}" "$1/api/v1$4"
}

# Prints the key of an earlier start where it still opens, else a new one.
demo_key() {
  local service=$1 folder=$2 address=$3 key
  if [ -s "$folder/key" ]; then
    key=$(<"$folder/key")
    if demo_call "$address" "$key" GET /printers >/dev/null 2>&1; then
      printf '%s\n' "$key"
      return 0
    fi
  fi
  key=$("$service" key create --data "$folder/data" --name demo \
    --permissions read,queue,control,manage,admin --json 9>&- | jq -er .key) ||
    fail "No API key could be made in $folder/data."
  printf '%s\n' "$key" >"$folder/key"
  # A running service heeds a new key within a second.
  wait_for 5 demo_key_opens "$address" "$key" || fail "The service does not heed its new key."
  printf '%s\n' "$key"
}

# Prints the password of the page, which is made at the first run; the folder is the owner's alone.
demo_password() {
  local service=$1 folder=$2
  if [ ! -s "$folder/password" ]; then
    head -c 9 /dev/urandom | base64 | tr '+/' '-_' >"$folder/password"
    "$service" password set --data "$folder/data" <"$folder/password" 2>/dev/null 9>&- ||
      fail "No password could be set in $folder/data."
  fi
  printf '%s\n' "$(<"$folder/password")"
}

demo_key_opens() {
  demo_call "$1" "$2" GET /printers >/dev/null 2>&1
}

# Adds what is not there yet; a printer is known by its serial number.
demo_add_printers() {
  local folder=$1 address=$2 key=$3 known line serial
  known=$(demo_call "$address" "$key" GET /printers | jq -r '.[].serial_number') ||
    fail "The service did not list its printers."
  while read -r line; do
    serial=$(jq -r .serial_number <<<"$line")
    if grep -qxF "$serial" <<<"$known"; then continue; fi
    jq -f "$repository/Scripts/lib/printer.jq" \
      <<<"$line" >"$folder/printer.json"
    demo_call "$address" "$key" POST /printers "$folder/printer.json" >"$folder/answer.json" ||
      fail "The service did not take the printer $serial: $(<"$folder/answer.json")"
    rm -f "$folder/printer.json" "$folder/answer.json"
  done <"$folder/printers.jsonl"
}

demo_tell() {
  cat <<EOF

Layerberry runs at $1 with simulated printers, thirty times as fast as life.

  curl -H 'X-API-Key: $2' $1/api/v1/printers

The password of the page is $3. Data and logs are in $4. Ctrl-C stops everything.

EOF
}

# One line whenever a printer's state changes or another tenth of its print is done.
demo_follow() {
  local address=$1 key=$2 folder=$3 name state progress file shown
  declare -A last=()
  while demo_lives; do
    while IFS=$'\t' read -r name state progress file; do
      shown="$state $((progress / 10)) $file"
      [ "${last[$name]:-}" = "$shown" ] && continue
      last[$name]=$shown
      printf '%(%H:%M:%S)T  %-20s %-10s' -1 "$name" "$state"
      if [ "$file" != - ]; then printf ' %3d %%  %s' "$progress" "$file"; fi
      printf '\n'
    done < <(demo_call "$address" "$key" GET /printers 2>/dev/null | jq -r '
      .[] | [.name, (.status // "unknown"), (.current_print.progress // 0 | floor),
             (.current_print.filename // .current_print.task_name // "-")] | @tsv' 2>/dev/null)
    # Waiting in the background lets a signal end the wait at once.
    sleep 2 9>&- &
    wait $! || true
  done
  demo_failed "It has stopped by itself." "$folder"
}

# Both parts are asked to stop, and made to after ten seconds.
stop_demo() {
  trap - EXIT
  trap '' INT TERM HUP
  local pid deadline=$((SECONDS + 10))
  for pid in "${demo_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${demo_pids[@]}"; do
    while kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    if kill -0 "$pid" 2>/dev/null; then kill -KILL "$pid" 2>/dev/null || true; fi
    wait "$pid" 2>/dev/null || true
  done
  say "Stopped."
}

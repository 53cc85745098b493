# shellcheck shell=bash disable=SC2154
# How often the idle service wakes up for its board, which is virtual here: its lights are patterns in memory, which nobody
# sees blink. Lights at real lines are counted in an emulated machine (Tests/Guest). Sourced by Benchmarks/run.

# LAYERBERRY_BOARD_SECONDS says how long each state is watched (default 30).
measure_board() {
  local port key lights light seconds=${LAYERBERRY_BOARD_SECONDS:-30}
  port=$(free_port)
  start_service "$work/board" "$port"
  until_healthy "$port"
  key=$(make_key "$work/board")
  # What only the start does is over.
  sleep 30
  printf '$ awk /voluntary_ctxt_switches/ /proc/PID/task/*/status, %s s apart, no printers\n' "$seconds"
  board_wake_ups "lights by the table" 2
  mapfile -t lights < <(board_ask "$port" "$key" board/leds | jq -er '.[].name')
  for light in "${lights[@]}"; do
    board_ask "$port" "$key" "board/leds/$light" -X PUT --data '{"pattern":"blink 500 500"}' >/dev/null
  done
  sleep 5
  board_wake_ups "every light blinking (${#lights[@]})" 5
  stop_service
}

# board_ask PORT KEY PATH [CURL-OPTION…]
board_ask() {
  local port=$1 key=$2 path=$3
  shift 3
  curl -fsS -H @<(printf 'X-API-Key: %s\n' "$key") -H 'Content-Type: application/json' "$@" \
    "http://127.0.0.1:$port/api/v1/$path"
}

# board_wake_ups WHAT MOST: uses service_pid and seconds of its caller.
board_wake_ups() {
  local before after
  before=$(switches "$service_pid")
  sleep "$seconds"
  after=$(switches "$service_pid")
  awk -v what="$1" -v most="$2" -v count="$((after - before))" -v seconds="$seconds" 'BEGIN {
    printf "%s: %.1f wake-ups/s (at most %d)\n", what, count / seconds, most
    exit count > most * seconds }' || fail "The idle service wakes up too often: $1."
}

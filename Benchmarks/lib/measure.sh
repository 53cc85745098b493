# shellcheck shell=bash
# The measurements of Benchmarks/run. They use its variables: repository, work, pids, service, unstripped.

# shown COMMAND…: prints the command as it could be typed, then runs it.
shown() {
  printf '$ %s\n' "$*"
  "$@"
}

free_port() {
  local port
  for ((port = 18000 + RANDOM % 1000; ; port++)); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return 0
    fi
  done
}

# start_service FOLDER PORT: in the background; `service_pid` is its process.
start_service() {
  local options=(--data "$1" --port "$2" --config "$1.ini")
  mkdir -p "$1"
  printf '%s\n' '[settings]' 'http.connections_per_address = 1000' 'rate_limit.read = 0' 'rate_limit.write = 0' \
    'rate_limit.control = 0' >"$1.ini"
  "$service" serve "${options[@]}" >"$1.log" 2>&1 </dev/null &
  service_pid=$!
  pids+=("$service_pid")
}

stop_service() {
  kill -TERM "$service_pid" 2>/dev/null || true
  wait "$service_pid" 2>/dev/null || true
}

until_healthy() {
  local deadline=$((SECONDS + 30))
  until curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$1/health" 2>/dev/null; do
    if ! kill -0 "$service_pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      fail "The service did not start: $(tail -n 3 "$work"/*.log)"
    fi
    sleep 0.02
  done
}

make_key() {
  "$service" key create --data "$1" --name benchmark --permissions read,queue,control,manage,admin --json |
    jq -er .key
}

measure_size() {
  shown stat -c '%s bytes, stripped' "$service"
  refuse_icu "$unstripped"
  printf '$ nm %s | grep -c uloc_\n0\n' "$unstripped"
}

measure_reports() {
  local program
  program=$(build_release report-benchmark)
  shown "$program" "$repository/Tests/Corpora/reports" 5
}

measure_jpeg() {
  local program kind
  program=$(build_release jpeg-benchmark)
  for kind in scaled whole judge; do shown "$program" "$kind" 50; done
}

measure_camera() {
  local program viewers
  program=$(build_release camera-benchmark)
  for viewers in 1 10 50; do shown "$program" "$work/camera$viewers" "$viewers" 300; done
}

measure_export() {
  local program format
  program=$(build_release export-benchmark)
  for format in csv xlsx; do shown "$program" "$format" 100000 "$work/export.$format"; done
}

# The median of eleven starts on a data folder that exists. bash connects by itself, so that no client's start counts.
measure_start() {
  local port round begin figures=()
  for round in 0 1 2 3 4 5 6 7 8 9 10 11; do
    port=$(free_port)
    begin=${EPOCHREALTIME/./}
    start_service "$work/start" "$port"
    until health_by_socket "$port"; do
      kill -0 "$service_pid" 2>/dev/null || fail "The service did not start: $(<"$work/start.log")"
    done
    # The first start makes the database and is not counted.
    if [ "$round" -gt 0 ]; then figures+=($((${EPOCHREALTIME/./} - begin))); fi
    stop_service
  done
  printf '$ %s serve --data DIR --port N, to the first 200 on /health, median of %s starts\n' \
    "$service" "${#figures[@]}"
  printf '%s\n' "${figures[@]}" | sort -n | awk '{ a[NR] = $1 } END { printf "%.1f ms\n", a[(NR + 1) / 2] / 1000 }'
}

health_by_socket() {
  local status
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r -t 2 status <&3 || status=
    exec 3>&-
  } 2>/dev/null
  [[ $status == *' 200 '* ]]
}

measure_http() {
  local port key baseline
  baseline=$(build_release nio-baseline)
  "$baseline" >"$work/nio.port" 2>/dev/null </dev/null &
  pids+=($!)
  until [ -s "$work/nio.port" ]; do
    kill -0 $! 2>/dev/null || fail "The bare NIO handler did not start."
    sleep 0.05
  done
  load "bare NIO handler" "$!" "http://127.0.0.1:$(<"$work/nio.port")/health"
  kill -TERM $!
  wait $! 2>/dev/null || true

  port=$(free_port)
  start_service "$work/http" "$port"
  until_healthy "$port"
  key=$(make_key "$work/http")
  # A running service heeds a new key within a second.
  sleep 1
  load "/health" "$service_pid" "http://127.0.0.1:$port/health"
  with_printers 4 "$work/http" "$port"
  load "GET /api/v1/printers with a key, 4 printers" "$service_pid" "http://127.0.0.1:$port/api/v1/printers" "$key"
  kill -TERM "$simulator_pid"
  stop_service
}

# load NAME PID URL [KEY]: eight connections for ten seconds, after two to warm up; CPU is user and system time.
load() {
  local header=() before after
  if [ $# -ge 4 ]; then header=(-H "X-API-Key: $4"); fi
  wrk -c8 -t1 -d2s "${header[@]}" "$3" >/dev/null
  before=$(processor_ticks "$2")
  wrk -c8 -t1 -d10s --latency "${header[@]}" "$3" >"$work/wrk"
  after=$(processor_ticks "$2")
  printf '%s\n$ wrk -c8 -t1 -d10s --latency %s\n' "$1" "$3"
  awk -v ticks="$((after - before))" -v rate="$(getconf CLK_TCK)" '
    /^Requests\/sec/ { persecond = $2 } / 99%/ { p99 = $2 } / requests in / { requests = $1 }
    /Non-2xx/ { refused = $NF } /Socket errors/ { broken = $0 }
    END { printf "%.0f requests/s, p99 %s, %.1f us CPU a request", persecond, p99, ticks / rate / requests * 1e6
          if (refused) printf ", REFUSED: %s", refused
          if (broken) printf ", %s", broken
          print "" }' "$work/wrk"
}

processor_ticks() {
  # The name in parentheses may hold blanks; user and system time are fields 14 and 15.
  sed 's/^.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

# The program starts the service beside itself and the printers within itself.
measure_latency() {
  local program
  program=$(build_release latency-benchmark)
  shown "$program"
}

measure_memory() {
  local count
  printf '$ sync; cat /proc/PID/smaps_rollup, idle, one report each second from each printer\n'
  for count in 0 4 32; do memory_with "$count"; done
}

# with_printers COUNT FOLDER PORT: so many simulated printers, connected to the service in that folder. They print one
# job after the other, or nothing where `simulator_loops` is empty.
with_printers() {
  local count=$1 folder=$2 port=$3 key simulator line models='' n
  simulator=$(build_release layerberry-simulator)
  for ((n = 0; n < count; n++)); do models+=${models:+,}X1C; done
  : >"$work/printers.jsonl"
  # shellcheck disable=SC2086 # an option, or none
  "$simulator" --printers "$models" --folder "$folder-simulator" --base-port 0 ${simulator_loops---loop} --json \
    >"$work/printers.jsonl" 2>"$work/simulator.log" </dev/null &
  simulator_pid=$!
  pids+=("$simulator_pid")
  until [ "$(grep -c access_code "$work/printers.jsonl")" -eq "$count" ]; do
    kill -0 "$simulator_pid" 2>/dev/null || fail "The simulator did not start: $(<"$work/simulator.log")"
    sleep 0.1
  done
  key=$(make_key "$folder")
  while read -r line; do
    jq -f "$repository/Scripts/lib/printer.jq" <<<"$line" |
      curl -fsS -o /dev/null -H @<(printf 'X-API-Key: %s\n' "$key") \
        -H 'Content-Type: application/json' --data-binary @- "http://127.0.0.1:$port/api/v1/printers"
  done <"$work/printers.jsonl"
  until [ "$(curl -fsS -H @<(printf 'X-API-Key: %s\n' "$key") "http://127.0.0.1:$port/api/v1/printers" |
    jq '[.[] | select(.connected)] | length')" -eq "$count" ]; do
    kill -0 "$service_pid" || fail "The service ended."
    sleep 0.5
  done
}

memory_with() {
  local count=$1 port before after tasks
  simulator_pid=
  port=$(free_port)
  start_service "$work/memory-$count" "$port"
  until_healthy "$port"
  if [ "$count" -gt 0 ]; then
    with_printers "$count" "$work/memory-$count" "$port"
  fi
  # The service gives up what only its start used after twenty seconds.
  sleep 60
  before=$(switches "$service_pid")
  sleep 10
  after=$(switches "$service_pid")
  tasks=("/proc/$service_pid/task"/*)
  sync
  awk -v printers="$count" -v wakeups="$(((after - before) / 10))" -v threads="${#tasks[@]}" '
    $1 == "Rss:" { rss = $2 } $1 == "Pss:" { pss = $2 } $1 == "Anonymous:" { anonymous = $2 }
    END { printf "%2d printers: RSS %.1f MB, PSS %.1f MB, Anonymous %.1f MB, %d wake-ups/s, %d threads\n",
          printers, rss / 1024, pss / 1024, anonymous / 1024, wakeups, threads }' "/proc/$service_pid/smaps_rollup"
  stop_service
  if [ -n "$simulator_pid" ]; then
    kill -TERM "$simulator_pid"
    wait "$simulator_pid" 2>/dev/null || true
  fi
}

# Voluntary context switches over all threads: how often the process was woken.
switches() {
  cat "/proc/$1"/task/*/status 2>/dev/null | awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum + 0 }'
}

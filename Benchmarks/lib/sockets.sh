# shellcheck shell=bash
# 500 WebSocket clients that receive a state a second. Uses what measure.sh has.

measure_sockets() {
  local port key idle before after begin seconds=20
  command -v python3 >/dev/null || fail "python3 is missing." 69
  port=$(free_port)
  start_service "$work/sockets" "$port"
  until_healthy "$port"
  with_printers 1 "$work/sockets" "$port"
  key=$(make_key "$work/sockets")
  sleep 2
  sync
  idle=$(anonymous_kilobytes "$service_pid")
  LAYERBERRY_KEY=$key python3 "$repository/Benchmarks/lib/sockets.py" "$port" 500 "$((seconds + 10))" >"$work/sockets.out" &
  local clients=$!
  pids+=("$clients")
  until grep -q '^open' "$work/sockets.out"; do
    kill -0 "$clients" 2>/dev/null || fail "The clients did not connect: $(<"$work/sockets.out")"
    sleep 0.1
  done
  before=$(processor_ticks "$service_pid")
  begin=${EPOCHREALTIME/./}
  sleep "$seconds"
  after=$(processor_ticks "$service_pid")
  begin=$((${EPOCHREALTIME/./} - begin))
  printf '$ python3 Benchmarks/lib/sockets.py PORT 500 %s\n' "$((seconds + 10))"
  awk -v ticks="$((after - before))" -v rate="$(getconf CLK_TCK)" -v micros="$begin" -v idle="$idle" \
    -v now="$(anonymous_kilobytes "$service_pid")" 'BEGIN {
      printf "500 sockets: %.1f%% of one core, %.1f MB Anonymous above idle\n",
        ticks / rate / (micros / 1e6) * 100, (now - idle) / 1024 }'
  wait "$clients"
  tail -n 1 "$work/sockets.out"
  kill -TERM "$simulator_pid"
  stop_service
}

anonymous_kilobytes() {
  awk '$1 == "Anonymous:" { print $2 }' "/proc/$1/smaps_rollup"
}

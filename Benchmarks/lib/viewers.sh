# shellcheck shell=bash
# 1, 10 and 50 viewers of a 1080p camera at 10 pictures a second, and nginx that serves one such picture as often.
# Uses what measure.sh and sockets.sh have.

measure_viewers() {
  local port folder key id line count web
  command -v python3 >/dev/null || fail "python3 is missing." 69
  port=$(free_port)
  folder=$work/camera
  start_service "$folder" "$port"
  until_healthy "$port"
  simulator=$(build_release layerberry-simulator)
  "$simulator" --printers P1S --folder "$folder-simulator" --base-port 0 --loop --json \
    --camera "fps 10 size 1920x1080" >"$work/printers.jsonl" 2>"$work/simulator.log" </dev/null &
  simulator_pid=$!
  pids+=("$simulator_pid")
  until grep -q access_code "$work/printers.jsonl"; do
    kill -0 "$simulator_pid" 2>/dev/null || fail "The simulator did not start: $(<"$work/simulator.log")"
    sleep 0.1
  done
  key=$(make_key "$folder")
  line=$(head -n 1 "$work/printers.jsonl")
  id=$(jq -f "$repository/Scripts/lib/printer.jq" <<<"$line" |
    curl -fsS -H @<(printf 'X-API-Key: %s\n' "$key") -H 'Content-Type: application/json' --data-binary @- \
      "http://127.0.0.1:$port/api/v1/printers" | jq -er .id)
  printf 'load before: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
  for count in 1 10 50; do
    show_viewers "$service_pid" "$port" "/api/v1/printers/$id/camera/stream" "$count" "layerberry" "$key"
  done
  curl -fsS -H @<(printf 'X-API-Key: %s\n' "$key") -o "$work/picture.jpg" \
    "http://127.0.0.1:$port/api/v1/printers/$id/camera/snapshot"
  printf 'a picture: %s bytes\n' "$(stat -c %s "$work/picture.jpg")"
  kill -TERM "$simulator_pid"
  stop_service

  command -v nginx >/dev/null || return 0
  web=$(free_port)
  printf '%s\n' 'daemon off; worker_processes 1; pid '"$work"'/nginx.pid; error_log '"$work"'/nginx.log;' \
    'events { worker_connections 256; }' \
    'http { access_log off; sendfile off; keepalive_requests 1000000; server { listen 127.0.0.1:'"$web"'; root '"$work"'; } }' \
    >"$work/nginx.conf"
  chmod 755 "$work"
  nginx -c "$work/nginx.conf" 2>"$work/nginx.log" &
  local master=$!
  pids+=("$master")
  wait_for_port "$web"
  for count in 1 10 50; do
    show_viewers "$(pgrep -P "$master" | head -n 1)" "$web" /picture.jpg "$count" nginx "" still
  done
}

wait_for_port() {
  until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.05; done
}

# show_viewers PID PORT PATH COUNT NAME KEY [still]
show_viewers() {
  local pid=$1 port=$2 path=$3 count=$4 name=$5 key=$6 seconds=12 before after begin viewers
  LAYERBERRY_KEY=$key python3 "$repository/Benchmarks/lib/viewers.py" "$port" "$path" "$count" "$seconds" ${7:+"$7"} \
    >"$work/viewers.out" &
  viewers=$!
  pids+=("$viewers")
  until grep -q '^open' "$work/viewers.out"; do
    kill -0 "$viewers" 2>/dev/null || fail "The viewers did not see a picture: $(<"$work/viewers.out")"
    sleep 0.1
  done
  sleep 2
  before=$(processor_ticks "$pid")
  begin=${EPOCHREALTIME/./}
  sleep 8
  after=$(processor_ticks "$pid")
  begin=$((${EPOCHREALTIME/./} - begin))
  awk -v ticks="$((after - before))" -v rate="$(getconf CLK_TCK)" -v micros="$begin" -v count="$count" -v name="$name" \
    -v load="$(cut -d' ' -f1 /proc/loadavg)" '{
      if ($1 == "Pss:") pss = $2; if ($1 == "Anonymous:") anonymous = $2 }
    END { printf "%s, %d viewers: %.1f%% of one core, PSS %.1f MB, Anonymous %.1f MB (load %s)\n",
      name, count, ticks / rate / (micros / 1e6) * 100, pss / 1024, anonymous / 1024, load }' "/proc/$pid/smaps_rollup"
  wait "$viewers"
  tail -n 1 "$work/viewers.out"
}

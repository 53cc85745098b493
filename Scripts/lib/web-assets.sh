# shellcheck shell=bash
# Swagger UI and ReDoc for /docs and /redoc, from a Python package that carries both, pinned by its hash; packed once into
# Vendor/web, from where Sources/CWebAssets takes them into the program. Documentation/third-party.md has their licences.
# Needs common.sh.

# Without the package index the program is built without them, and its pages say so.
need_web_assets() {
  local pinned=$repository/Scripts/lib/web-assets.txt target=$repository/Vendor/web
  local fetched=$repository/.build/web-assets log=$repository/.build/logs/web-assets.log name stamp
  stamp=$(cat "$pinned" "$repository/Scripts/lib/web-assets.sh" | sha256sum)
  [ -e "$target/fetched" ] && [ "$(<"$target/fetched")" = "$stamp" ] && return 0

  say "Fetching Swagger UI and ReDoc for the pages /docs and /redoc …"
  rm -rf "$fetched"
  mkdir -p "$fetched" "$target" "$repository/.build/logs"
  if ! python3 -m pip download --disable-pip-version-check --no-deps --require-hashes -q -d "$fetched" -r "$pinned" \
    >"$log" 2>&1 </dev/null; then
    say "They cannot be fetched; $log says why. The build goes on without these two pages."
    return 0
  fi
  python3 -m zipfile -e "$fetched"/*.whl "$fetched/package" >>"$log" 2>&1 || fail "The package is damaged: $log"
  # The one thing that ReDoc would load from its maker: without it the place stays empty.
  sed -i 's#https://cdn\.redoc\.ly/redoc/logo-mini\.svg#data:,#' \
    "$fetched/package/fastapi_offline/static/redoc.standalone.js"
  for name in swagger-ui-bundle.js swagger-ui.css redoc.standalone.js; do
    # -n: no name and no time, so that equal files are equal bytes.
    gzip -9 -n -c "$fetched/package/fastapi_offline/static/$name" >"$target/$name.gz.new"
    mv "$target/$name.gz.new" "$target/$name.gz"
  done
  rm -rf "$fetched"
  printf '%s\n' "$stamp" >"$target/fetched"
  # What was not there when this was compiled is no dependency that the build system knows.
  touch "$repository/Sources/CWebAssets/list.h"
}

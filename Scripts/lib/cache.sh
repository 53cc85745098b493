# shellcheck shell=bash
# Where what was fetched is kept, outside the tree: it is the same for every checkout, and no clean build loses it.

cache_folder() {
  printf '%s\n' "${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/layerberry"
}

# shellcheck shell=bash
# The compiler, and release builds. Needs common.sh.

need_swift() {
  command -v swift >/dev/null ||
    fail "Swift is missing. Install 6.2 or newer from https://www.swift.org/install/linux/ and have swift in PATH." 69
  local version major minor
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in
    '' | *[!0-9]*) fail "swift --version gave no version. Layerberry needs Swift 6.2 or newer." 69 ;;
  esac
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
    fail "Swift $version is too old: Layerberry needs 6.2 or newer (https://www.swift.org/install/linux/)." 69
  fi
}

# The same flags for every product, so that what they share is compiled once (Documentation/decisions/0002-lean-binary.md).
# Packed relocations (glibc 2.36 and later, which Debian 12 has) are 1.8 MB less to ship and to read at the start.
# A section for each function, so that the linker can leave out and arrange functions one by one: what a service with printers
# runs lies side by side (Documentation/decisions/0037-code-in-the-order-of-its-use.md). Constants have their place named, as
# they lie in the middle of what is written (Documentation/decisions/0024-resident-code.md).
release_flags=(
  -c release --static-swift-stdlib -Xswiftc -Osize -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -use-ld=lld
  -Xlinker -z -Xlinker pack-relative-relocs
  -Xlinker "--symbol-ordering-file=$repository/Scripts/lib/resident-code.txt" -Xlinker --no-warn-symbol-ordering
  -Xlinker "--defsym=layerberry_constants=ADDR(.rodata)"
  -Xlinker "--defsym=layerberry_constants_end=ADDR(.rodata)+SIZEOF(.rodata)"
)

# link_anew_by_list FILE: the package does not know of the list of resident code; a new one must be linked by.
link_anew_by_list() {
  if [ "$repository/Scripts/lib/resident-code.txt" -nt "$1" ]; then rm -f "$1"; fi
}

# build_release PRODUCT: builds it, and prints the path of the unstripped file.
build_release() {
  local product=$1 folder
  folder=$(cd "$repository" && swift build "${release_flags[@]}" --show-bin-path)
  link_anew_by_list "$folder/$product"
  [ -e "$folder/$product" ] || say "Building $product; the first time takes some minutes …"
  quietly "$repository/.build/build-$product.log" \
    swift build --package-path "$repository" "${release_flags[@]}" --product "$product" ||
    fail "$product does not build."
  printf '%s\n' "$folder/$product"
}

# strip_to FILE TARGET: leaves TARGET alone where it is newer than FILE.
strip_to() {
  [ "$2" -nt "$1" ] && return 0
  strip -o "$2.new" "$1"
  mv "$2.new" "$2"
}

# ICU comes in with one stray symbol of Foundation proper, and is 45 MB.
refuse_icu() {
  local count
  count=$(nm "$1" | grep -c 'uloc_' || true)
  [ "$count" -eq 0 ] ||
    fail "$1 holds ICU ($count symbols uloc_…): some part uses Foundation instead of FoundationEssentials."
}

# The names of the test targets, in the order of Package.swift.
test_targets() {
  tr '\n' ' ' <"$repository/Package.swift" | grep -oE '\.testTarget\( *name: "[A-Za-z]+"' | sed -E 's/.*"(.*)"/\1/'
}

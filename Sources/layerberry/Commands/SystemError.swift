import Glibc

/// What the kernel calls an error, in its own words.
func systemError(_ number: Int32) -> String { String(cString: strerror(number)) }

import TestKit
import Testing

/// The board on a GPIO chip of the kernel's: what people do at the bench, and what happens to lines and chips. One machine at
/// a time, beside one of the other suite: most of the time they wait for their clocks.
@Suite(.serialized, .enabled(if: GuestKind.own.folder != nil, "Scripts/guest-machine has made no machine"))
struct BoardTests {
  @Test("A relay has no edge but those it was told, and the button's reach it within 20 ms beyond the debounce")
  func relay() async throws {
    try await GuestBench.play { bench in
      try await bench.playRestarts()
      try bench.playLatency("x86_64, debug")
    }
  }

  @Test("Every gesture is heard as what it is, and lights show every pattern in its rhythm")
  func gesturesAndPatterns() async throws { try await GuestBench.play { try await $0.playGesturesAndPatterns() } }

  @Test("The light tells how printers stand; held lines and chips that go are told, and come back")
  func printersAndTrouble() async throws { try await GuestBench.playPrintersAndTrouble() }
}

import TestKit
import Testing

/// The arm64 binary that ships, in a machine as small as the smallest board that it is for (`Image/arm64-check`).
@Suite(.serialized, .enabled(if: GuestKind.arm64.folder != nil, "Image/arm64-check has made no machine"))
struct SmallGuests {
  @Test("The arm64 binary starts within 3 s, and a relay that its button switched stays through restart and SIGKILL")
  func board() async throws {
    try await GuestBench.play(.arm64) { bench in
      try Self.expectStart(bench)
      try await bench.playRestarts()
    }
  }

  /// From the start of the program to the first answer, by the guest's clock.
  private static func expectStart(_ bench: GuestBench) throws {
    let text = try bench.service.guest.run(
      """
      ticks() { sed 's/ .*//; s/[.]//' /proc/uptime; }
      health=http://127.0.0.1:\(bench.service.guest.port)/health
      old=$(pidof layerberry)
      kill -TERM $old
      while [ -z "$(pidof layerberry)" ] || [ "$(pidof layerberry)" = "$old" ]; do sleep 0.01; done
      start=$(awk '{ print $22 }' /proc/$(pidof layerberry)/stat)
      until wget -q -O /dev/null $health 2>/dev/null; do sleep 0.02; done
      echo $(($(ticks) - start))
      """, within: 300)
    // Both in hundredths of a second since the boot.
    let hundredths = try #require(text.split(separator: "\n").last.flatMap { Int($0) }, "\(text)")
    print("arm64: from the start of the program to its first answer \(hundredths * 10) ms")
    #expect(hundredths < 300)
  }
}

import Model
import Rules
import Store
import Testing

@testable import Service

/// A print that is followed comes back from the database as it was.
@Suite struct TrackedPrintRecordTests {
  @Test func nothingIsLostOnTheWay() {
    var print = TrackedPrint(followedSince: Timestamp(milliseconds: 1_800_000_000_123))
    print.subtaskID = "700100"
    print.taskID = "700099"
    print.taskName = "Bracket “left” ä"
    print.file = "Bracket.gcode.3mf"
    print.plate = 2
    print.printType = "local"
    print.isOurs = true
    print.sentFile = "/Bracket.gcode.3mf"
    print.sentPlate = 2
    print.archive = ArchiveID(rawValue: 12)
    print.startedAt = Timestamp(milliseconds: 1_800_000_000_000)
    print.lastSeenAt = Timestamp(milliseconds: 1_800_000_100_000)
    print.hasRun = true
    print.lastPercent = 41
    print.lastLayer = 36
    print.totalLayers = 90
    print.remainingMinutes = 20
    print.stageID = -1
    print.pausedSince = Timestamp(milliseconds: 1_800_000_050_000)
    print.pauseReason = "the filament ran out"
    print.stopRequestedAt = Timestamp(milliseconds: 1_800_000_060_000)
    print.cancelSeenAt = Timestamp(milliseconds: 1_800_000_070_000)
    print.priorFailReason = PrintErrorCode(rawValue: 0x0300_400C)
    let record = TrackedPrintRecord(
      PrinterID(rawValue: 1), print, state: .printing, now: Timestamp(seconds: 1_800_000_101))
    #expect(TrackedPrint(record) == print)
  }

  @Test func whatALaterVersionWroteOtherwiseIsLeftOut() {
    var record = TrackedPrintRecord(
      printerID: PrinterID(rawValue: 1), state: .printing, updatedAt: Timestamp(seconds: 5))
    for details in ["", "no JSON", "[]", "{\"plate\":\"two\",\"has_run\":1}"] {
      record.detailsJSON = details
      #expect(TrackedPrint(record).plate == nil)
      #expect(TrackedPrint(record).followedSince == Timestamp(seconds: 5))
    }
  }
}

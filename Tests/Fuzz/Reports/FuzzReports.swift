import Model
import TestKit
import Wire

/// libFuzzer's entry: the input is messages, split at newlines and NULs, fed to states of several models. Aborts when a
/// report leaves its ranges, or when a full report does something else the second time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReports(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  guard let serial = try? SerialNumber("094000000000001") else { return 0 }
  let models: [PrinterModel?] = [nil, .x1c, .p1s, .a2l, .p2s, .h2d]
  // Many messages cost time and teach little.
  let messages = input.split(maxSplits: 16) { $0 == 0x0A || $0 == 0 }
  for model in models {
    var state = ReportState(serial: serial, model: model)
    for message in messages {
      let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[message.startIndex..<message.endIndex])
      let outcome = state.apply(bytes)
      let violations = ReportInvariants.violations(of: state.report)
      precondition(violations.isEmpty, "\(violations)")
      guard case .status(isFull: true) = outcome else { continue }
      let first = state.report
      _ = state.apply(bytes)
      precondition(state.report == first, "a full report twice differs")
    }
  }
  return 0
}

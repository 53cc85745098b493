import Model
import Simulator
import Store
import TestKit
import Testing

@testable import Service

/// Files on their way to the cloud (S2, "Upload Flow").
@Suite("Uploads to the cloud", .timeLimit(.minutes(1)))
struct CloudUploadTests {
  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  private static func ended(_ number: Int64, _ bench: CloudBench) async throws -> CloudUploadRecord {
    try await eventually(within: 20, "the upload has ended") { () -> CloudUploadRecord? in
      let record = try await bench.desk.upload(number: number, visible: nil)
      return record.state.hasEnded ? record : nil
    }
  }

  @Test("Three steps, the file whole, and the token not at the file server", arguments: CloudStandManner.allCases)
  func whole(manner: CloudStandManner) async throws {
    try await CloudBench.play(CloudStandAccount(), manner) { bench in
      let archive = try await bench.archive(Self.bytes, name: "My part")
      #expect(await CloudBench.fault { try await bench.desk.upload(archive, visible: nil) }?.status == 409)
      try await bench.signIn()
      let begun = try await bench.desk.upload(archive, visible: nil)
      #expect(begun.state == .requested && begun.filename == "My part.stl" && begun.bytes == 300_000)
      let record = try await Self.ended(begun.id, bench)
      #expect(record.state == .done && record.sentBytes == 300_000 && record.error == nil)
      #expect(bench.cloud.files["upload-1"] == Self.bytes)
      #expect(bench.cloud.complaints.isEmpty)
      let steps = bench.cloud.requests.suffix(3).map { "\($0.method) \($0.path)" }
      #expect(
        steps == [
          "POST /v1/iot-service/api/user/upload", "PUT /files/upload-1", "POST /v1/iot-service/api/user/upload/confirm",
        ])
    }
  }

  @Test(
    "Each of S2's file types goes under an ending that says what it is", arguments: ["3mf", "gcode", "stl", "step"])
  func types(kind: String) async throws {
    try await CloudBench.play(CloudStandAccount(), .reference) { bench in
      try await bench.signIn()
      for (name, expected) in [("part.\(kind)", "part.\(kind)"), ("My part", "My part.\(kind)")] {
        let archive = try await bench.archive(Self.bytes + Array(name.utf8), name: name, kind: kind)
        let record = try await Self.ended(try await bench.desk.upload(archive, visible: nil).id, bench)
        #expect(record.state == .done && record.filename == expected, "\(record)")
      }
      let asked = bench.cloud.requests.filter { $0.path.hasSuffix("/user/upload") }
      #expect(asked.allSatisfy { request in String(decoding: request.body, as: UTF8.self).contains(".\(kind)") })
      #expect(bench.cloud.complaints.isEmpty)
    }
  }

  @Test("What goes wrong on the way is told by its name")
  func failures() async throws {
    let table: [(String, CloudStandFault, String)] = [
      ("/v1/iot-service/api/user/upload", .code(1006), "(FILE_UPLOAD_FAILED)"),
      ("/files/", .cut, "(ERR_NETWORK)"), ("/files/", .page(403), "(ERR_BAD_REQUEST)"),
      ("/files/", .page(503), "(ERR_BAD_RESPONSE)"), ("/files/", .otherChecksum, "(ERR_CHECKSUM_MISMATCH)"),
      ("/v1/iot-service/api/user/upload/confirm", .code(1006), "(FILE_UPLOAD_FAILED)"),
      ("/v1/iot-service/api/user/upload", .body(#"{"upload_url":"http://files.example.com/x"}"#), "(ERR_BAD_RESPONSE)"),
      ("/v1/iot-service/api/user/upload", .body("{}"), "(ERR_BAD_RESPONSE)"),
    ]
    try await CloudBench.play { bench in
      let archive = try await bench.archive(Self.bytes)
      try await bench.signIn()
      for (path, fault, mark) in table {
        bench.cloud.fail(path, with: fault)
        let record = try await Self.ended(try await bench.desk.upload(archive, visible: nil).id, bench)
        #expect(record.state == .failed && record.error?.hasSuffix(mark) == true, "\(fault): \(record.error ?? "-")")
        bench.cloud.clearFaults()
      }
      #expect(bench.cloud.files.isEmpty)
    }
  }

  @Test("Ten an hour, and one that is cut by a stop is told as failed")
  func bounds() async throws {
    try await CloudBench.play { bench in
      let archive = try await bench.archive(Self.bytes)
      try await bench.signIn()
      for _ in 0..<10 { _ = try await Self.ended(try await bench.desk.upload(archive, visible: nil).id, bench) }
      let eleventh = await CloudBench.fault { try await bench.desk.upload(archive, visible: nil) }
      #expect(eleventh?.status == 429 && (3000...3600).contains(eleventh?.retryAfter ?? 0))
      bench.clock.pass(seconds: 3600)
      bench.cloud.fail("/files/", with: .silence)
      let held = try await bench.desk.upload(archive, visible: nil)
      try await eventually(within: 10, "it is on its way") { () -> Bool? in
        try await bench.desk.upload(number: held.id, visible: nil).state == .uploading ? true : nil
      }
      let next = try await bench.restarted()
      let record = try await next.desk.upload(number: held.id, visible: nil)
      #expect(record.state == .failed && record.error?.isEmpty == false)
      await next.desk.stop()
    }
  }

  @Test("Only what is there and has a file")
  func refusals() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      let none = await CloudBench.fault { try await bench.desk.upload(ArchiveID(rawValue: 99), visible: nil) }
      #expect(none?.code == .archiveNotFound)
      #expect(await CloudBench.fault { try await bench.desk.upload(number: 99, visible: nil) }?.code == .notFound)
    }
  }
}

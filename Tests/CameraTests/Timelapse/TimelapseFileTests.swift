import Glibc
import NIOCore
import TestKit
import Testing

@testable import Camera

/// A time-lapse plays wherever it was cut off; ffprobe, which nobody here wrote, counts its frames.
@Suite struct TimelapseFileTests {
  /// A picture whose bytes depend on its number, so that frames have different lengths.
  static func picture(_ number: Int, width: Int = 64, height: Int = 48) -> ByteBuffer {
    ByteBuffer(
      bytes: Drawing.picture(width: width, height: height, brightest: 100 + number, quality: Int32(60 + number % 9)))
  }

  /// Frames that decode, as ffprobe counts them; 0 for what it cannot open.
  private static func playable(_ path: String) async throws -> Int {
    let probe = try ChildProcess(
      "/usr/bin/ffprobe",
      [
        "-v", "quiet", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames", "-of",
        "csv=p=0", path,
      ])
    _ = try await probe.wait()
    return Int(probe.text.filter(\.isNumber)) ?? 0
  }

  private static func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }

  private static func write(_ bytes: some Collection<UInt8>, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let all = Array(bytes)
    _ = Glibc.write(descriptor, all, all.count)
  }

  private static func record(_ count: Int, in folder: TemporaryFolder) throws -> TimelapseFile {
    let file = try TimelapseFile.begin("\(folder.path)/film.avi", with: picture(0))
    for number in 1..<count { try file.append(picture(number)) }
    return file
  }

  /// Ends of the frames in the file, and what ffprobe and a repair must find when it is cut at `cut`.
  private static func whole(_ pictures: [ByteBuffer], before cut: Int) -> Int {
    var end = 224
    var count = 0
    for picture in pictures {
      guard end + 8 + picture.readableBytes <= cut else { return count }
      count += 1
      end += 8 + picture.readableBytes + (picture.readableBytes & 1)
    }
    return count
  }

  @Test func playsWhileItIsWrittenAndWhenItIsFinished() async throws {
    let folder = try TemporaryFolder()
    let file = try Self.record(10, in: folder)
    #expect(file.frames == 10 && (file.width, file.height) == (64, 48))
    #expect(try await Self.playable(file.path) == 10)
    let before = Self.read(file.path)
    try file.finish()
    #expect(try await Self.playable(file.path) == 10)
    let after = Self.read(file.path)
    // The index: 16 bytes for each frame, and what names it.
    #expect(after.count == before.count + 8 + 160)
    #expect(Array(after[48..<52]) == [10, 0, 0, 0] && after[44] == 0x10)
    #expect(Array(after[4..<8]) == AVILayout.littleEndian(UInt32(after.count - 8)))
  }

  @Test func playsAndIsRepairedWhereverItWasCut() async throws {
    let folder = try TemporaryFolder()
    let pictures = (0..<8).map { Self.picture($0) }
    let file = try Self.record(8, in: folder)
    let bytes = Self.read(file.path)
    try file.finish()
    let finished = Self.read(file.path)
    let cut = "\(folder.path)/cut.avi"
    // Around every boundary, and in between.
    var cuts = Set(stride(from: 0, to: finished.count, by: 97))
    var end = 224
    for picture in pictures {
      for near in [0, 1, 4, 7, 8, 9] { cuts.insert(end + near) }
      end += 8 + picture.readableBytes
      for near in -2...2 { cuts.insert(end + near) }
      end += picture.readableBytes & 1
    }
    for (round, position) in cuts.sorted().enumerated() {
      let isFinished = position > bytes.count
      let rest = (isFinished ? finished : bytes).prefix(position)
      Self.write(rest, to: cut)
      let expected = Self.whole(pictures, before: position)
      // ffprobe takes a tenth of a second, so it judges every third.
      if expected > 0, round % 3 == 0 {
        // Of a frame that lacks its last bytes only, ffprobe makes one more.
        #expect((expected...(expected + 1)).contains(try await Self.playable(cut)), "cut at \(position)")
      }
      guard expected > 0 else {
        #expect(throws: TimelapseFailure.unusable) { try TimelapseFile.takeUp(cut) }
        continue
      }
      let again = try TimelapseFile.takeUp(cut)
      #expect(again.frames == expected, "cut at \(position)")
      try again.append(Self.picture(99))
      try again.finish()
      if round % 10 == 0 { #expect(try await Self.playable(cut) == expected + 1, "repaired after \(position)") }
    }
    #expect(cuts.count > 100)
  }

  @Test func aTailOfZerosAsAfterAPowerCutIsNoFrame() throws {
    let folder = try TemporaryFolder()
    let file = try Self.record(5, in: folder)
    let bytes = Self.read(file.path)
    Self.write(bytes + [UInt8](repeating: 0, count: 8192), to: file.path)
    let again = try TimelapseFile.takeUp(file.path)
    #expect(again.frames == 5 && again.bytes == bytes.count)
    #expect(Self.read(file.path).count == bytes.count)
  }

  @Test func aFinishedFileCanBeTakenUp() async throws {
    let folder = try TemporaryFolder()
    let file = try Self.record(5, in: folder)
    try file.finish()
    let again = try TimelapseFile.takeUp(file.path)
    try again.append(Self.picture(6))
    #expect(try await Self.playable(file.path) == 6)
    try again.finish()
    #expect(try await Self.playable(file.path) == 6)
  }

  @Test func whatIsNotOursIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/film.avi"
    for strange in [[], Array("RIFF".utf8), [UInt8](repeating: 0xFF, count: 4096)] {
      Self.write(strange, to: path)
      #expect(throws: TimelapseFailure.unusable) { try TimelapseFile.takeUp(path) }
      #expect(Self.read(path) == strange)
    }
  }

  @Test func aPictureOfAnotherSizeAndWhatIsNoPictureAreRefused() throws {
    let folder = try TemporaryFolder()
    let file = try Self.record(2, in: folder)
    let before = file.bytes
    #expect(throws: TimelapseFailure.unfitting) { try file.append(Self.picture(1, width: 32)) }
    #expect(throws: TimelapseFailure.unfitting) { try file.append(ByteBuffer(string: "no picture")) }
    #expect(file.bytes == before && file.frames == 2)
    #expect(throws: TimelapseFailure.unfitting) {
      try TimelapseFile.begin("\(folder.path)/other.avi", with: ByteBuffer(string: "no picture"))
    }
    #expect(access("\(folder.path)/other.avi", F_OK) != 0)
  }
}

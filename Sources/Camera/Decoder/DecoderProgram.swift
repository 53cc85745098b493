import Glibc
import Synchronization

/// The ffmpeg of this machine, found once when the service starts.
package final class DecoderProgram: Sendable {
  /// The device of the board's H.264 decoder (V4L2 memory to memory).
  package static let hardwareDevice = "/dev/video10"

  package let path: String
  private let hardware: Atomic<Bool>

  /// Whether the board's own decoder is to be used; false from the first time that it gave no picture.
  package var usesHardware: Bool { hardware.load(ordering: .relaxed) }

  package init(path: String, usesHardware: Bool) {
    self.path = path
    hardware = Atomic(usesHardware)
  }

  /// Looks for `ffmpeg` in the folders of a search path, in order; nil when it is in none of them.
  ///
  /// - Parameter searchPath: folders between colons, as PATH has them; those that are not absolute are left out.
  package static func find(
    searchPath: String, hardwareDevice: String = DecoderProgram.hardwareDevice
  ) -> DecoderProgram? {
    for folder in searchPath.split(separator: ":") where folder.hasPrefix("/") {
      let path = "\(folder)/ffmpeg"
      if access(path, X_OK) == 0 {
        return DecoderProgram(path: path, usesHardware: access(hardwareDevice, R_OK | W_OK) == 0)
      }
    }
    return nil
  }

  var isThere: Bool { access(path, X_OK) == 0 }

  func giveUpHardware() { hardware.store(false, ordering: .relaxed) }

  /// - Parameter rate: pictures a second at most; nil is every one.
  func arguments(rate: Int?, usesHardware: Bool) -> [String] {
    var arguments = [path, "-hide_banner", "-nostdin", "-loglevel", "error"]
    // It can open nothing but its own pipes, whatever the stream says.
    arguments += ["-protocol_whitelist", "pipe"]
    if usesHardware { arguments += ["-c:v", "h264_v4l2m2m"] }
    // One thread: more would each hold a picture back. No probing: it would wait for pictures that come one a second
    // (lessons, camera). Some cameras' time stamps stand still: the wall clock tells the time (protocol sheet, 5.2).
    arguments += ["-threads", "1", "-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0"]
    arguments += ["-fpsprobesize", "0", "-use_wallclock_as_timestamps", "1", "-f", "h264", "-i", "pipe:0", "-an"]
    // Pictures count up whatever the time: two within one tick of the stream's own rate would end the encoder.
    var filter = "setpts=N/TB"
    if let rate {
      // Not the filter fps: after a pause it would make up the pictures that were missing.
      let gap = 0.9 / Double(max(1, rate))
      filter = "select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,\(gap)),\(filter)"
    }
    arguments += ["-vf", filter]
    arguments += ["-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", "5", "-threads", "1"]
    arguments += ["-f", "mpjpeg", "-flush_packets", "1", "pipe:1"]
    return arguments
  }
}

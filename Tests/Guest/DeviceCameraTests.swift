import Simulator
import TestKit
import Testing
import Wire

extension Guests {
  /// A camera at the machine itself (V4L2), played by the kernel's vivid.
  struct DeviceCameraTests {
    private static let camera = "/api/v1/printers/1/camera"

    private static func state(_ service: GuestService) throws -> JSONValue {
      try service.client.get(camera).json ?? .null
    }

    private static func waits(
      _ service: GuestService, _ what: String, where fits: (JSONValue) -> Bool
    ) async throws {
      try await eventually(within: 60, "\(what); it is \(String(describing: try? state(service)))") { () -> Bool? in
        fits(try state(service)) ? true : nil
      }
    }

    @Test("A YUYV device is shown, let go of, unplugged and plugged in again; what is no camera is told as such")
    func device() async throws {
      try await GuestService.play { guest in
        // One device that gives pictures, and no tuner, radio or output beside it.
        try guest.load("vivid", "n_devs=1 node_types=0x1 num_inputs=1 input_types=0x0")
        // Of its kind by the number, and nobody's device.
        try guest.run("mknod /dev/video9 c 81 200; ln -s /dev/null /dev/video8")
      } _: { service in
        let made = try service.client.send(
          "POST", "/api/v1/printers",
          json: [
            "name": "A", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "87654321",
            "camera": "/dev/video0",
          ])
        #expect(made.status == 201, "\(made.text)")
        let snapshot = try service.client.get("\(Self.camera)/snapshot")
        #expect(snapshot.status == 200 && snapshot.body.starts(with: [0xFF, 0xD8]), "\(snapshot.text)")
        let stream = try PictureStream(port: service.guest.port, "\(Self.camera)/stream", key: service.client.key)
        let pictures = try (0..<3).map { _ in try stream.next() }
        // The pattern moves.
        #expect(pictures.allSatisfy { $0 != nil } && Set(pictures.compactMap(\.self)).count == 3)
        let live = try Self.state(service)
        #expect(live["kind"] == "external" && live["state"] == "live")
        #expect(live["width"] == 640 && live["height"] == 480)
        let open = "ls -l /proc/$(cat /run/service.pid)/fd | grep -c /dev/video0"
        #expect(try service.guest.run(open) == "1\n")

        // Unplugged while somebody looks, and back.
        let driver = "/sys/bus/platform/drivers/vivid"
        try service.guest.run("echo vivid.0 >\(driver)/unbind")
        try await Self.waits(service, "it is gone") { $0["error"] == "device_unavailable" }
        #expect(try service.client.get("\(Self.camera)/snapshot").status == 502)
        try service.guest.run("echo vivid.0 >\(driver)/bind; test -c /dev/video0")
        try await Self.waits(service, "it is back") { $0["state"] == "live" }

        // Nobody looks: the device is free for others.
        #expect(try service.client.send("POST", "\(Self.camera)/stop").json == ["stopped": 1])
        try await eventually(within: 20, "the device is let go of") { () -> Bool? in
          try service.guest.run("\(open) || true") == "0\n" ? true : nil
        }
        for none in ["/dev/video9", "/dev/video8", "/dev/video7"] {
          #expect(try service.client.send("PATCH", "/api/v1/printers/1", json: ["camera": .string(none)]).status == 200)
          let answer = try service.client.get("\(Self.camera)/snapshot")
          #expect(answer.status == 502 && answer.json?["code"] == "CAMERA_UNAVAILABLE", "\(none): \(answer.text)")
          #expect(try Self.state(service)["error"] == "device_unavailable")
        }
      }
    }
  }
}

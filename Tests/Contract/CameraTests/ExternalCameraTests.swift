import Simulator
import TestKit
import Testing
import Wire

/// Cameras that people put beside a printer, through the service.
struct ExternalCameraTests {
  @Test("With reach.allow_loopback off no camera may be on this machine, neither a new one nor one that was there")
  func loopback() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let port = try ServiceProcess.freePort()
    let path = "/api/v1/printers/1"
    let url = JSONValue.string("http://127.0.0.1:\(port)/video")
    let added = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": "A", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "87654321",
        "camera": url,
      ])
    #expect(added.status == 201)
    let unreachable = try client.get("\(path)/camera/snapshot")
    #expect(unreachable.status == 502 && unreachable.json?["detail"]?.string?.contains("does not answer") == true)

    #expect(try client.send("PATCH", "/api/v1/settings", json: ["reach.allow_loopback": false]).status == 200)
    #expect(try client.send("PATCH", path, json: ["camera": nil]).status == 200)
    for address in ["http://127.0.0.1:\(port)/video", "rtsp://localhost/", "https://[::1]/"] {
      let refused = try client.send("PATCH", path, json: ["camera": .string(address)])
      #expect(refused.status == 400)
      let said = refused.json?["errors"]?.array?.first?["message"]?.string
      #expect(said?.contains("reach.allow_loopback") == true, "\(refused.text)")
    }
    #expect(try client.send("PATCH", path, json: ["camera": "http://192.168.77.1/"]).status == 200)

    _ = try client.send("PATCH", "/api/v1/settings", json: ["reach.allow_loopback": true])
    #expect(try client.send("PATCH", path, json: ["camera": url]).status == 200)
    _ = try client.send("PATCH", "/api/v1/settings", json: ["reach.allow_loopback": false])
    let forbidden = try client.get("\(path)/camera/snapshot")
    #expect(forbidden.status == 502 && forbidden.json?["code"] == "CAMERA_UNAVAILABLE")
    #expect(try client.get("\(path)/camera").json?["error"] == "not_allowed")
    #expect(try await service.stop() == 0)
  }

  @Test("A device that is not there is told as such, and the address of one that is no camera is refused")
  func device() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": "A", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "87654321",
        "camera": "/dev/video255",
      ])
    let answer = try client.get("/api/v1/printers/1/camera/snapshot")
    #expect(answer.status == 502 && answer.json?["code"] == "CAMERA_UNAVAILABLE")
    #expect(try client.get("/api/v1/printers/1/camera").json?["error"] == "device_unavailable")
    for none in ["/dev/sda", "/dev/ttyS0", "/dev/video0/../../etc/passwd", "/dev/video0 ", "/dev/video-1"] {
      let refused = try client.send("PATCH", "/api/v1/printers/1", json: ["camera": .string(none)])
      #expect(refused.status == (none == "/dev/video0 " ? 200 : 400), "\(none): \(refused.text)")
      if refused.status == 400 {
        #expect(refused.json?["errors"]?.array?.first?["message"]?.string?.contains("/dev/video") == true)
      }
    }
    #expect(try await service.stop() == 0)
  }
}

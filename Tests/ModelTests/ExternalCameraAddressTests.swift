import Model
import Testing

@Suite("Addresses of external cameras") struct ExternalCameraAddressTests {
  @Test(
    "what is no camera's address is refused, and the refusal names what is",
    arguments: [
      "", "file:///etc/passwd", "concat:a|b", "gopher://x/", "ftp://x/", "http:x", "http://", "http:///x",
      "http://a b/",
      "http://[::1", "http://[127.0.0.1]/", "http://host:0/", "http://host:70000/", "http://host:8a/",
      "http://:p@host/",
      "http://u:%zz@host/", "http://u:%0a@host/", "http://host/#x", "http://host/#\(String(repeating: "a", count: 64))",
      "javascript:alert(1)", "data:image/jpeg;base64,aaaa", "/dev/video", "/dev/video256", "/dev/video01",
      "/dev/video0/../sda",
      "/dev/sda", "/etc/passwd", "//host/x", "rtsp://-x/", "http://x/\r\nHost: y", "http://x/\"", "http://ex_ample/",
      "http://1.2.3/", "http://0x7f.1/", "http://2130706433/", "rtmp://x/", "pipe:0", "tcp://x:1",
      String(repeating: "h", count: 3000),
    ])
  func refused(text: String) {
    #expect(throws: InvalidValue.self) { try ExternalCameraAddress(text, field: "camera") }
  }

  @Test func partsAreTakenApart() throws {
    let pin = String(repeating: "ab", count: 32)
    let address = try ExternalCameraAddress("RTSPS://us%65r:p%40ss:w@[fe80::1]:8554/live?x=1&token=T#\(pin)")
    guard case .network(let place) = address.kind else { return #expect(Bool(false)) }
    #expect(place.scheme == .rtsps && place.host.text == "fe80::1" && place.port.number == 8554)
    #expect(place.target.exposed == "/live?x=1&token=T" && place.pinned?.hex == pin)
    #expect(place.credentials == CameraCredentials(user: "user", password: Secret("p@ss:w")))
    #expect(address.description == "rtsps://user:***@[fe80::1]:8554/live?***")
    #expect(address.text.exposed.contains("token=T"))
  }

  @Test(
    "each scheme has its port, and nobody needs a path",
    arguments: zip(["http", "https", "rtsp", "rtsps"], [80, 443, 554, 322]))
  func defaults(scheme: String, port: Int) throws {
    guard case .network(let place) = try ExternalCameraAddress("\(scheme)://cam.local?a").kind else {
      return #expect(Bool(false))
    }
    #expect(Int(place.port.number) == port && place.target.exposed == "/?a" && place.credentials == nil)
  }

  @Test("no way of printing shows the password")
  func secrets() throws {
    let address = try ExternalCameraAddress("http://user:hunter2@host/a?key=hunter2")
    var dumped = ""
    dump(address, to: &dumped)
    for text in ["\(address)", String(reflecting: address), dumped, "\(address.kind)", "\([address])"] {
      #expect(!text.contains("hunter2"))
    }
    #expect(try ExternalCameraAddress("/dev/video7").kind == .device(7))
  }
}

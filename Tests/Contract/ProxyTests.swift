import Glibc
import TestKit
import Testing
import Wire

/// The example of Documentation/tls-proxy.md as it stands there, with a real nginx in front.
struct ProxyTests {
  /// The block of the documentation, with the test's own places in it.
  private static func configuration(_ folder: TemporaryFolder, port: Int, service: Int) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    let page = String(
      decoding: try #require(TemporaryFolder.bytes(of: "\(root)/Documentation/tls-proxy.md")), as: UTF8.self)
    let start = try #require(page.firstRange(of: "    map $http_upgrade")).lowerBound
    let block = page[start...].split(separator: "\n", omittingEmptySubsequences: false).prefix {
      $0.isEmpty || $0.hasPrefix("    ")
    }
    .joined(separator: "\n")
    .replacing("listen 443 ssl", with: "listen 127.0.0.1:\(port) ssl")
    .replacing("/etc/nginx/printers", with: "\(folder.path)/printers")
    .replacing("127.0.0.1:8000", with: "127.0.0.1:\(service)")
    return """
      daemon off; pid \(folder.path)/nginx.pid; error_log \(folder.path)/error.log; worker_processes 1;
      events { worker_connections 64; }
      http {
        access_log off; client_body_temp_path \(folder.path)/body; proxy_temp_path \(folder.path)/proxy;
        fastcgi_temp_path \(folder.path)/f; uwsgi_temp_path \(folder.path)/u; scgi_temp_path \(folder.path)/s;
      \(block)
      }
      """
  }

  private static func run(_ arguments: [String]) async throws -> String {
    let child = try ChildProcess("/usr/bin/env", arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/bin"])
    let status = try await child.wait()
    guard status == 0 else { throw TestKitError("\(arguments.joined(separator: " ")): \(child.text)") }
    return child.text
  }

  @Test(
    "A browser signs in through nginx with TLS; its cookie is Secure, and a page of another origin is refused",
    .enabled(if: access("/usr/sbin/nginx", X_OK) == 0, "nginx is not installed"))
  func proxy() async throws {
    let service = try await ServiceProcess.start()
    let folder = service.folder
    let admin = try await service.client()
    let settings: JSONValue = ["api.trusted_proxies": ["127.0.0.1"], "api.allowed_hosts": ["printers.example.org"]]
    #expect(try admin.send("PATCH", "/api/v1/settings", json: settings).status == 200)
    _ = try await Self.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
      "-subj", "/CN=printers.example.org", "-addext", "subjectAltName=DNS:printers.example.org", "-keyout",
      "\(folder.path)/printers.key", "-out", "\(folder.path)/printers.crt",
    ])
    let port = try ServiceProcess.freePort()
    let file = try folder.write(
      try Self.configuration(folder, port: port, service: service.port), as: "nginx.conf")
    let nginx = try ChildProcess("/usr/sbin/nginx", ["-p", folder.path, "-c", file])
    let base = [
      "curl", "-sS", "--max-time", "10", "--cacert", "\(folder.path)/printers.crt", "--resolve",
      "printers.example.org:\(port):127.0.0.1",
    ]
    let site = "https://printers.example.org:\(port)"
    func curl(_ path: String, _ more: [String]) async throws -> String {
      try await Self.run(base + more + ["\(site)\(path)"])
    }
    try await eventually(within: 20, "nginx answers; it said: \(nginx.text)") { () -> Bool? in
      try? await curl("/health", ["-f"]).contains("healthy") ? true : nil
    }
    let password = try SignInTests.firstPassword(service)
    let login = ["-i", "-H", "Content-Type: application/json", "-d", "{\"password\":\"\(password)\"}"]
    let answer = try await curl("/api/v1/auth/login", login + ["-H", "Origin: \(site)", "-c", "\(folder.path)/jar"])
    #expect(answer.contains("200") && answer.contains("; Secure"), "\(answer)")
    #expect(try await curl("/api/v1/auth/me", ["-b", "\(folder.path)/jar"]).contains("session"))
    for origin in ["http://printers.example.org:\(port)", "https://evil.example", "https://printers.example.org"] {
      let refused = try await curl("/api/v1/auth/login", login + ["-H", "Origin: \(origin)"])
      #expect(refused.contains(" 403"), "\(origin): \(refused)")
    }
    // What the client itself says of where it comes from does not get through.
    let spoofed = try await curl(
      "/api/v1/auth/login", login + ["-H", "X-Forwarded-Proto: http", "-H", "X-Forwarded-Host: evil.example"])
    #expect(spoofed.contains(" 200") && spoofed.contains("; Secure"))
    // curl knows no WebSocket: it sees the switch, and gives up by its time limit.
    _ = try? await curl(
      "/api/v1/ws",
      [
        "-i", "-N", "--http1.1", "--max-time", "3", "-b", "\(folder.path)/jar", "-H", "Connection: Upgrade", "-H",
        "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "-o", "\(folder.path)/socket",
      ])
    let opened = String(decoding: TemporaryFolder.bytes(of: "\(folder.path)/socket") ?? [], as: UTF8.self)
    #expect(opened.hasPrefix("HTTP/1.1 101"), "\(opened)")
    nginx.signal(SIGTERM)
    _ = try await nginx.wait()
    #expect(try await service.stop() == 0)
  }
}

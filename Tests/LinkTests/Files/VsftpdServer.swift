import Glibc
import Model
import TestKit

/// A real vsftpd on a free port, as printers run one: implicit TLS 1.2, session reuse demanded, user `bblp`.
///
/// It needs root (vsftpd does), and for the time of the test an account `bblp` that cannot log in and a link under
/// /etc/pam.d: vsftpd reaps every child of its own, so that a script asked by PAM never returns to it.
final class VsftpdServer: @unchecked Sendable {
  // Unchecked: written in init only.
  static let program = "/usr/sbin/vsftpd"
  static let pamFolder = "/etc/pam.d"
  private static let mark = "layerberry test"

  static var isAvailable: Bool {
    let tools = [program, "/usr/sbin/useradd", "/usr/sbin/userdel"]
    return geteuid() == 0 && tools.allSatisfy { access($0, X_OK) == 0 } && access(pamFolder, W_OK) == 0
      && (getpwnam("bblp").map { String(cString: $0.pointee.pw_gecos) == mark } ?? true)
  }

  let port: PortNumber
  let folder: TemporaryFolder
  let card: String
  private let service: String
  private let process: pid_t

  init(certificate: TestCertificate, code: String) throws {
    folder = try TemporaryFolder()
    let root = folder.path
    card = "\(root)/card"
    chmod(root, 0o755)
    mkdir(card, 0o755)
    mkdir("\(root)/empty", 0o755)
    guard let guest = getpwnam("daemon") else { throw TestKitError("no guest for vsftpd") }
    chown(card, guest.pointee.pw_uid, guest.pointee.pw_gid)
    let pem = try folder.write(certificate.keyPEM + certificate.certificatePEM, as: "server.pem", mode: 0o600)
    try Self.addUser(code: code, output: "\(root)/tools.log")
    service = "layerberry-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let pam = try folder.write("auth required pam_unix.so\naccount required pam_permit.so\n", as: "pam")
    guard symlink(pam, "\(Self.pamFolder)/\(service)") == 0 else { throw TestKitError("no PAM service") }
    port = try Self.freePort()
    let configuration = try folder.write(
      Self.configuration(port: port, card: card, empty: "\(root)/empty", pem: pem, service: service),
      as: "vsftpd.conf")
    process = try Self.spawn([Self.program, configuration], output: "\(root)/vsftpd.log")
    try waitUntilListening()
  }

  deinit {
    kill(process, SIGTERM)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    unlink("\(Self.pamFolder)/\(service)")
    _ = try? Self.run(["/usr/sbin/userdel", "bblp"], output: "/dev/null")
  }

  private static func addUser(code: String, output: String) throws {
    if getpwnam("bblp") != nil { _ = try run(["/usr/sbin/userdel", "bblp"], output: output) }
    let add = ["/usr/sbin/useradd", "-M", "-N", "-r", "-s", "/usr/sbin/nologin", "-c", mark, "bblp"]
    guard try run(add, output: output) == 0,
      try run(["/bin/sh", "-c", "echo 'bblp:\(code)' | /usr/sbin/chpasswd"], output: output) == 0
    else { throw TestKitError("no account for vsftpd") }
  }

  private static func configuration(
    port: PortNumber, card: String, empty: String, pem: String, service: String
  ) -> String {
    """
    listen=YES
    listen_address=127.0.0.1
    listen_port=\(port.number)
    background=NO
    anonymous_enable=NO
    local_enable=YES
    write_enable=YES
    guest_enable=YES
    guest_username=daemon
    virtual_use_local_privs=YES
    local_root=\(card)
    chroot_local_user=YES
    allow_writeable_chroot=YES
    secure_chroot_dir=\(empty)
    pam_service_name=\(service)
    ssl_enable=YES
    implicit_ssl=YES
    require_ssl_reuse=YES
    force_local_data_ssl=YES
    force_local_logins_ssl=YES
    ssl_tlsv1=NO
    ssl_sslv2=NO
    ssl_sslv3=NO
    ssl_ciphers=HIGH
    rsa_cert_file=\(pem)
    seccomp_sandbox=NO
    xferlog_enable=NO
    use_localtime=NO

    """
  }

  static func freePort() throws -> PortNumber {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
      }
    }
    return try PortNumber(Int(UInt16(bigEndian: address.sin_port)), field: "port")
  }

  /// Starts a program with its output in a file, and gives its process.
  static func spawn(_ words: [String], output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // Threads of the pool have signals blocked, and a child inherits that: vsftpd could not even be ended.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let status = posix_spawn(&process, words[0], &actions, &attributes, &arguments, environ)
    guard status == 0 else { throw TestKitError("\(words[0]): \(String(cString: strerror(status)))") }
    return process
  }

  /// The program's exit status.
  static func run(_ words: [String], output: String) throws -> Int32 {
    let process = try spawn(words, output: output)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return status
  }

  private func waitUntilListening() throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while ContinuousClock.now < deadline {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.number.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let isOpen = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isOpen { return }
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process { break }
      poll(nil, 0, 20)
    }
    throw TestKitError("vsftpd does not listen")
  }
}

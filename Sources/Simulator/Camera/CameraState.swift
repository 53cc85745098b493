import Glibc
import Synchronization

/// What a simulated camera's port and the threads of its clients share.
final class CameraState: Sendable {
  private struct Client {
    let id: Int
    let socket: Int32
    var isServed = false
  }

  private struct Inner {
    var settings: CameraSettings
    var accessCode: String
    var context: TLSServerContext
    var scene: CameraScene
    var counters = CameraCounters()
    var clients: [Client] = []
    var lastID = 0
  }

  /// Connections at once, each a thread; more are closed unheard.
  private static let connectionLimit = 32

  let isVideo: Bool
  private let inner: Mutex<Inner>

  init(isVideo: Bool, accessCode: String, context: TLSServerContext, settings: CameraSettings, scene: CameraScene) {
    self.isVideo = isVideo
    inner = Mutex(Inner(settings: settings, accessCode: accessCode, context: context, scene: scene))
  }

  var settings: CameraSettings {
    get { inner.withLock { $0.settings } }
    set { inner.withLock { $0.settings = newValue } }
  }

  var accessCode: String {
    get { inner.withLock { $0.accessCode } }
    set { inner.withLock { $0.accessCode = newValue } }
  }

  /// For connections from now on.
  var context: TLSServerContext {
    get { inner.withLock { $0.context } }
    set { inner.withLock { $0.context = newValue } }
  }

  var scene: CameraScene {
    get { inner.withLock { $0.scene } }
    set { inner.withLock { $0.scene = newValue } }
  }

  var counters: CameraCounters { inner.withLock { $0.counters } }

  func count(_ change: (inout CameraCounters) -> Void) { inner.withLock { change(&$0.counters) } }

  // MARK: Connections

  /// Takes over a connected socket; nil when there are too many already.
  func keep(_ socket: Int32) -> Int? {
    inner.withLock { inner in
      inner.counters.connectionsEver += 1
      guard inner.clients.count < Self.connectionLimit else { return nil }
      inner.lastID += 1
      inner.clients.append(Client(id: inner.lastID, socket: socket))
      inner.counters.connectionsOpen = inner.clients.count
      inner.counters.connectionsAtMost = max(inner.counters.connectionsAtMost, inner.clients.count)
      return inner.lastID
    }
  }

  /// Closes a connection that was kept.
  func release(_ id: Int) {
    inner.withLock { inner in
      guard let index = inner.clients.firstIndex(where: { $0.id == id }) else { return }
      let client = inner.clients.remove(at: index)
      close(client.socket)
      inner.counters.connectionsOpen = inner.clients.count
      inner.counters.clients = inner.clients.count { $0.isServed }
    }
  }

  /// Whether a client that has shown the right access code is served; an older one goes for it, unless newcomers are
  /// refused.
  func serves(_ id: Int) -> Bool {
    inner.withLock { inner in
      guard let index = inner.clients.firstIndex(where: { $0.id == id }) else { return false }
      let limit = inner.settings.clientLimit ?? (isVideo ? 4 : 1)
      if inner.clients.count(where: { $0.isServed }) >= limit {
        guard !inner.settings.refusesNewcomers, let oldest = inner.clients.firstIndex(where: { $0.isServed }) else {
          inner.counters.refused += 1
          return false
        }
        inner.counters.evicted += 1
        inner.clients[oldest].isServed = false
        shutdown(inner.clients[oldest].socket, Int32(SHUT_RDWR))
      }
      inner.clients[index].isServed = true
      inner.counters.clients = inner.clients.count { $0.isServed }
      inner.counters.clientsEver += 1
      return true
    }
  }

  /// Ends all connections; their threads follow.
  func dropAll() {
    inner.withLock { inner in
      for client in inner.clients { shutdown(client.socket, Int32(SHUT_RDWR)) }
    }
  }
}

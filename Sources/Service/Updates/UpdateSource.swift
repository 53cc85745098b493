package import Model
package import Reach
import Synchronization
import Wire

/// The server that offers updates, at the setting `update.url`. Nothing that comes from it is believed here.
package struct UpdateSource: Sendable {
  /// A bundle may take so long.
  private static let patience = Duration.seconds(3600)

  private let client: WebClient
  private let address: @Sendable () -> WebAddress?

  package init(client: WebClient, address: @escaping @Sendable () -> WebAddress?) {
    self.client = client
    self.address = address
  }

  private func home() throws(Fault) -> WebAddress {
    guard let address = address() else {
      throw Fault(.conflict, "No update server is set. Set update.url, or send a bundle.")
    }
    return address
  }

  func manifest() async throws -> [UInt8] {
    var request = WebRequest(.get, try home())
    request.bounds.bodyBytes = SignedManifest.limit
    let answer = try await client.perform(request)
    guard answer.isSuccess, !answer.isCut else {
      throw Fault(.conflict, "The update server answered \(answer.status). Check update.url.")
    }
    return answer.body
  }

  func fetch(
    _ manifest: UpdateManifest, into file: SpoolFile, progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    guard let place = manifest.bundle, let address = try home().joined(place) else {
      throw UpdateJudge.refused("its manifest does not say where the bundle is")
    }
    let most = manifest.size + Int64(SignedManifest.limit) + Int64(UpdateBundleHead.fixedBytes)
    let problem = Mutex<Fault?>(nil)
    var request = WebRequest(.get, address)
    request.bounds = WebBounds(deadline: Self.patience)
    request.take = { bytes in
      guard file.size + Int64(bytes.count) <= most else { return false }
      do throws(Fault) { try file.append(bytes) } catch {
        problem.withLock { $0 = error }
        return false
      }
      progress(Int(file.size * 100 / max(1, manifest.size)))
      return true
    }
    let answer = try await client.perform(request)
    if let problem = problem.withLock({ $0 }) { throw problem }
    guard answer.isSuccess, !answer.isCut else {
      throw Fault(.conflict, "The bundle could not be fetched: the server answered \(answer.status).")
    }
  }
}

/// Figures at one moment. Counts begin at the start of the server.
package struct HTTPServerStatistics: Hashable, Sendable {
  package var openConnections = 0
  package var webSockets = 0
  package var acceptedConnections = 0
  package var refusedConnections = 0
  package var requests = 0
}

/// How a print in the archive stands (contract, section 5). A file that was never printed has none.
package enum ArchiveStatus: String, CaseIterable, Sendable {
  case success, failed, stopped, printing
}

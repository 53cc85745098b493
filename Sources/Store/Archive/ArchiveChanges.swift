package import Model

/// What a person changes of a record; nil leaves a field as it is, and a doubled optional can be cleared.
package struct ArchiveChanges: Hashable, Sendable {
  package var name: String?
  package var notes: String??
  package var tags: [String]?
  package var project: ProjectID??
  /// In the setting `currency`; cleared, what the shelf's prices give holds again.
  package var cost: Double??

  package init() {}
}

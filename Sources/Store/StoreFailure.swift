/// Why what is kept cannot be opened, read or written: a kind for the program, a sentence for a person.
///
/// The sentence says what happened and what to do. It may name paths, so it belongs on the console and in the log,
/// not in an answer to a client. It never holds what was to be stored.
package struct StoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    /// The data folder is a file, or is not there and cannot be made.
    case notAFolder
    case notWritable
    case diskFull
    /// Another service holds the data folder.
    case inUse
    /// The database is no sound database any more, or a row holds a value that cannot be.
    case damaged
    /// Written by a newer version of the program.
    case newerVersion
    /// A sound SQLite database, and not ours.
    case foreign
    /// Another process held the write lock for longer than the busy time-out, or too many calls wait already.
    case busy
    /// A rule of the schema was broken: a mistake of ours, and nothing was written.
    case rule
    /// The database was closed.
    case closed
    /// The disk failed, or anything else that the system reports.
    case io
  }

  package var kind: Kind
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}

package import Model

/// Which objects of a job may be left out (protocol sheet, section 3.8).
package enum SkipRule {
  /// - Parameters:
  ///   - skipped: those that are left out already, by the printer's reports.
  ///   - parts: what we have asked for in this job.
  ///   - objects: all of the job; nil where its file has not been read.
  /// - Returns: those that are to be named to the printer, in their order.
  /// - Throws: a 400 for what is not in the job, a 409 when nothing would be left of it or nothing would change.
  package static func check(_ ids: [Int], skipped: [Int], parts: SkippedParts = SkippedParts(), objects: Set<Int>?)
    throws(Fault) -> [Int]
  {
    guard Set(ids).count == ids.count else {
      throw Fault(InvalidValue("objects", "must name each object once"))
    }
    if let objects {
      let foreign = ids.filter { !objects.contains($0) }
      guard foreign.isEmpty else {
        let list = foreign.prefix(5).map(String.init).joined(separator: ", ")
        throw Fault(InvalidValue("objects", "must be objects of the job; it has no \(list)"))
      }
    }
    let known = parts.accepted.union(skipped)
    let new = ids.filter { !known.contains($0) }
    guard !new.isEmpty else { throw Fault(.conflict, "These objects are skipped already.") }
    if let objects, objects.subtracting(known).subtracting(parts.asked).subtracting(new).isEmpty {
      throw Fault(.conflict, "This would skip the last object of the job. Stop the print instead.")
    }
    return new
  }
}

/// What a key may do. Each operation declares exactly one of these; none implies another (contract, section 3).
package enum Permission: String, CaseIterable, Sendable, Hashable, Comparable {
  case read, queue, control, manage, admin

  package static func < (left: Self, right: Self) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

import Model
import Service
import Wire

/// A day, or a moment: what `start_date` and `end_date` take (contract, section 1).
enum DateBound: Hashable, Sendable {
  /// Counted from 1970-01-01, in the setting `time_zone`.
  case day(Int64)
  case moment(Timestamp)

  init?(_ text: String) {
    if text.utf8.count == 10, let midnight = Timestamp(iso8601: "\(text)T00:00:00Z") {
      // Whole days, also before 1970.
      self = .day(midnight.milliseconds / 86_400_000)
    } else if let moment = Timestamp(iso8601: text) {
      self = .moment(moment)
    } else {
      return nil
    }
  }
}

/// The filters of a time, as lists, exports and statistics have them.
enum PeriodParameters {
  private static func bound(_ name: String, _ note: String) -> Parameter<DateBound> {
    Parameter(
      name: name, place: .query, schema: .either([.string(length: nil, format: "date"), .timestamp]), note: note,
      example: "2024-01-15"
    ) { (text) throws(Fault) in
      guard let bound = DateBound(text) else {
        throw Fault(
          InvalidValue(name, "must be a day such as 2024-01-15, or a time with its offset such as 2024-01-15T14:30:00Z")
        )
      }
      return bound
    }
  }

  static let start = bound(
    "start_date", "From this day in the setting `time_zone`, or this time, on; by `created_at`.")
  static let end = bound("end_date", "To the end of this day in the setting `time_zone`, or to this time; included.")
  static let declared = [start.declared, end.declared]

  /// The time between, its end not included; nil is open.
  static func period(of call: Call, in zone: ZoneOffsets) throws(Fault) -> (from: Timestamp?, until: Timestamp?) {
    let start = try call.query(start)
    let end = try call.query(end)
    let from: Timestamp? =
      switch start {
      case .day(let day)?: zone.start(ofDay: day)
      case .moment(let moment)?: moment
      case nil: nil
      }
    let until: Timestamp? =
      switch end {
      case .day(let day)?: zone.start(ofDay: day + 1)
      // Times are shown to the second, and the one that is named counts.
      case .moment(let moment)?: Timestamp(milliseconds: moment.milliseconds + 1000)
      case nil: nil
      }
    if let from, let until, from >= until {
      throw Fault(InvalidValue("start_date", "must not be after end_date"))
    }
    return (from, until)
  }
}

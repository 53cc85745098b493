extension Migration {
  static let countedEnergy = Migration(
    number: 16,
    // What a plug without a meter of its own adds up to.
    script: "ALTER TABLE smart_plugs ADD COLUMN counted_kwh REAL NOT NULL DEFAULT 0;")
}

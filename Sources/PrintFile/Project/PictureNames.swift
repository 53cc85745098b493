/// Where pictures lie in a 3MF, the best first.
enum PictureNames {
  static func plate(_ index: Int) -> [String] {
    [
      "Metadata/plate_\(index).png", "Metadata/plate_no_light_\(index).png", "Metadata/top_\(index).png",
      "Metadata/plate_\(index)_small.png",
    ]
  }

  /// Of the file as a whole, when no plate has one.
  static let cover = [
    "Auxiliaries/.thumbnails/thumbnail_middle.png", "Auxiliaries/.thumbnails/thumbnail_3mf.png",
    "Metadata/thumbnail.png", "Auxiliaries/.thumbnails/thumbnail_small.png",
  ]
}

/// Someone who looks at a camera. The hub calls on the camera's thread, one call at a time: each must be short and must
/// not wait, and a viewer that is not ready for a picture lets it pass by.
package protocol PictureViewer: AnyObject, Sendable {
  /// A new picture; at first the last one, where it is fresh.
  func show(_ picture: CameraPicture)
  /// There are no pictures at present; told once for each reason, until pictures come again.
  func show(_ outage: CameraOutage)
  /// The hub has let go of this viewer by itself: the streams were stopped, or there are too many viewers.
  func ended()
}

/// That there are no pictures, why, and since when.
package struct CameraOutage: Sendable {
  package var problem: CameraProblem
  /// When the last picture came; nil when there was none since the service started.
  package var lastPicture: ContinuousClock.Instant?
  /// The same in words, as a picture of the size of the camera's own; nil when there was no room to draw it.
  package var drawn: CameraPicture?

  package init(problem: CameraProblem, lastPicture: ContinuousClock.Instant?, drawn: CameraPicture?) {
    self.problem = problem
    self.lastPicture = lastPicture
    self.drawn = drawn
  }
}

/// A camera's user and password.
package struct CameraCredentials: Hashable, Sendable {
  package var user: String
  package var password: Secret

  package init(user: String, password: Secret) {
    self.user = user
    self.password = password
  }
}

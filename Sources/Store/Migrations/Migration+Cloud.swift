extension Migration {
  static let cloud = Migration(
    number: 14,
    // One account at most. Its token is sealed by the key file beside the database; a sign-in that has ended keeps its row
    // without one, so that the person sees for whom to sign in again. Profiles are what the last sync has seen.
    script: """
      CREATE TABLE cloud_account (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        region TEXT NOT NULL,
        base TEXT NOT NULL,
        account TEXT NOT NULL,
        user_id TEXT,
        user_name TEXT,
        token_sealed BLOB,
        signed_in_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        synced_ms INTEGER,
        last_message TEXT
      ) STRICT;

      CREATE TABLE cloud_profiles (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        base_id TEXT,
        version TEXT,
        updated_ms INTEGER,
        is_own INTEGER NOT NULL,
        settings_json TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX cloud_profiles_by_name ON cloud_profiles (type, name, id);

      CREATE TABLE cloud_uploads (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        archive_id INTEGER REFERENCES archives (id) ON DELETE SET NULL,
        filename TEXT NOT NULL,
        state TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        sent_bytes INTEGER NOT NULL DEFAULT 0,
        file_id TEXT,
        error TEXT,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        CHECK (state IN ('requested', 'uploading', 'confirming', 'done', 'failed'))
      ) STRICT;
      CREATE INDEX cloud_uploads_by_archive ON cloud_uploads (archive_id);
      """)
}

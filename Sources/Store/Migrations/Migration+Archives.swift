extension Migration {
  /// The archive: one table for prints and for files that were never printed.
  static let archives = Migration(number: 6, script: tables + indexes + triggers)

  // What was a print's record becomes an archive's and keeps its number, so the tables that name it are made anew.
  // A printer's own runs (`is_system`) are followed like prints and are in no list, count or index.
  private static let tables = """
    CREATE TABLE stored_files (
      sha256 BLOB PRIMARY KEY,
      bytes INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      CHECK (length(sha256) = 32)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE projects (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      color TEXT,
      target_count INTEGER,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE filaments (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      brand TEXT,
      color TEXT,
      cost_per_kg REAL,
      density REAL,
      nozzle_temp INTEGER,
      bed_temp INTEGER,
      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE archives (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT,
      filename TEXT,
      notes TEXT,
      tags_json TEXT,
      project_id INTEGER REFERENCES projects (id),
      status TEXT,
      error TEXT,
      printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
      printer_name TEXT,
      source_archive_id INTEGER REFERENCES archives (id) ON DELETE SET NULL,

      file_sha256 BLOB REFERENCES stored_files (sha256),
      file_kind TEXT,
      plate INTEGER,
      estimated_s INTEGER,
      estimated_g REAL,
      sliced_model TEXT,
      nozzle_mm REAL,
      bed_type TEXT,
      filament_type TEXT,
      filaments_json TEXT,
      plates_json TEXT,

      filament_used_g REAL,
      cost REAL,
      cost_override REAL,
      duration_s INTEGER,

      subtask_id TEXT,
      task_name TEXT,
      file TEXT,
      started_ms INTEGER,
      ended_ms INTEGER,
      is_end_time_known INTEGER NOT NULL DEFAULT 0,
      last_percent INTEGER,
      last_layer INTEGER,
      total_layers INTEGER,
      is_system INTEGER NOT NULL DEFAULT 0,

      created_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL,
      deleted_ms INTEGER,
      CHECK (status IN ('printing', 'success', 'failed', 'stopped')),
      CHECK ((ended_ms IS NOT NULL) = ifnull(status <> 'printing', 0))
    ) STRICT;

    INSERT INTO archives (id, name, status, error, printer_id, printer_name, subtask_id, task_name, file, started_ms,
        ended_ms, is_end_time_known, duration_s, last_percent, last_layer, total_layers, is_system, created_ms,
        updated_ms)
      SELECT id, NULL,
        CASE ifnull(outcome, 'printing') WHEN 'unknown' THEN 'failed' ELSE ifnull(outcome, 'printing') END,
        iif(outcome = 'unknown', 'outcome unknown', error),
        printer_id, printer_name, subtask_id, task_name, file, started_ms, ended_ms, is_end_time_known,
        iif(is_end_time_known, (ended_ms - started_ms) / 1000, NULL),
        last_percent, last_layer, total_layers, is_system, followed_ms, coalesce(ended_ms, followed_ms)
      FROM prints ORDER BY id;

    CREATE TABLE tracked_prints_new (
      printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
      archive_id INTEGER NOT NULL UNIQUE REFERENCES archives (id),
      subtask_id TEXT,
      task_name TEXT,
      file TEXT,
      started_ms INTEGER,
      last_percent INTEGER,
      last_layer INTEGER,
      total_layers INTEGER,
      state TEXT NOT NULL,
      our_task_id TEXT,
      details_json TEXT,
      updated_ms INTEGER NOT NULL
    ) STRICT;
    INSERT INTO tracked_prints_new
      SELECT printer_id, print_id, subtask_id, task_name, file, started_ms, last_percent, last_layer, total_layers,
        state, our_task_id, details_json, updated_ms
      FROM tracked_prints;
    DROP TABLE tracked_prints;
    ALTER TABLE tracked_prints_new RENAME TO tracked_prints;

    CREATE TABLE timelapses_new (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
      printer_name TEXT NOT NULL,
      archive_id INTEGER REFERENCES archives (id) ON DELETE SET NULL,
      task_name TEXT,
      is_recording INTEGER NOT NULL,
      end_reason TEXT,
      frames INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      begun_ms INTEGER NOT NULL,
      updated_ms INTEGER NOT NULL
    ) STRICT;
    INSERT INTO timelapses_new
      SELECT id, printer_id, printer_name, print_id, task_name, is_recording, end_reason, frames, bytes, begun_ms,
        updated_ms
      FROM timelapses;
    -- The number of a film that was deleted never means another one.
    INSERT INTO sqlite_sequence (name, seq)
      SELECT 'timelapses_new', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'timelapses_new');
    UPDATE sqlite_sequence
      SET seq = max(seq, ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'timelapses'), 0))
      WHERE name = 'timelapses_new';
    DROP TABLE timelapses;
    ALTER TABLE timelapses_new RENAME TO timelapses;

    CREATE TABLE photos (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      archive_id INTEGER NOT NULL REFERENCES archives (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      media_type TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 BLOB REFERENCES stored_files (sha256),
      created_ms INTEGER NOT NULL,
      CHECK (kind IN ('finish', 'added')),
      CHECK (media_type IN ('image/jpeg', 'image/png'))
    ) STRICT;
    INSERT INTO photos (archive_id, kind, media_type, bytes, created_ms)
      SELECT print_id, 'finish', 'image/jpeg', bytes, taken_ms FROM finish_photos ORDER BY print_id;
    DROP TABLE finish_photos;
    DROP TABLE prints;

    """

  // The lists are each read from an index alone, and rows only where they are shown. SQLite looks at a row for every column
  // of a condition that the index lacks, also where its own condition says the same: so they are in it, at no cost.
  private static let indexes = """
    CREATE INDEX timelapses_by_printer ON timelapses (printer_id, id);
    CREATE INDEX timelapses_by_archive ON timelapses (archive_id);
    CREATE INDEX photos_by_archive ON photos (archive_id, id);
    CREATE UNIQUE INDEX photos_of_the_finish ON photos (archive_id) WHERE kind = 'finish';
    CREATE INDEX photos_by_file ON photos (sha256) WHERE sha256 IS NOT NULL;
    CREATE INDEX archives_by_time ON archives (created_ms, printer_id, status, project_id, deleted_ms, is_system)
      WHERE deleted_ms IS NULL AND is_system = 0;
    CREATE INDEX archives_by_printer ON archives (printer_id, created_ms, status, project_id, deleted_ms, is_system)
      WHERE deleted_ms IS NULL AND is_system = 0;
    CREATE INDEX archives_by_status ON archives (status, created_ms, printer_id, project_id, deleted_ms, is_system)
      WHERE deleted_ms IS NULL AND is_system = 0;
    CREATE INDEX archives_by_project ON archives (project_id, created_ms, status, printer_id, duration_s,
        filament_used_g, cost, cost_override, deleted_ms, is_system)
      WHERE deleted_ms IS NULL AND is_system = 0;
    CREATE INDEX archives_for_statistics ON archives (created_ms, printer_id, status, duration_s, filament_used_g,
        cost, cost_override, filament_type, deleted_ms, is_system)
      WHERE deleted_ms IS NULL AND is_system = 0 AND status <> 'printing';
    CREATE INDEX archives_in_bin ON archives (deleted_ms) WHERE deleted_ms IS NOT NULL;
    CREATE INDEX archives_by_file ON archives (file_sha256) WHERE file_sha256 IS NOT NULL;
    CREATE INDEX archives_by_source ON archives (source_archive_id) WHERE source_archive_id IS NOT NULL;

    """

  // Counts of lists are read from a few sums instead of from 100,000 rows; 0 and '' stand for none.
  //
  // The words are kept without their texts, so that taking some out needs the texts as they were. A trigger may not write
  // a full-text index (the schema is not trusted: `Connection`), so it notes what is due, and `ArchiveWords` does it
  // before the transaction ends. What is in the bin keeps its words until it goes.
  private static let triggers = """
    CREATE TABLE archive_counts (
      printer_id INTEGER NOT NULL,
      status TEXT NOT NULL,
      project_id INTEGER NOT NULL,
      is_deleted INTEGER NOT NULL,
      n INTEGER NOT NULL,
      PRIMARY KEY (printer_id, status, project_id, is_deleted)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER archives_counted_in AFTER INSERT ON archives WHEN new.is_system = 0 BEGIN
      INSERT INTO archive_counts VALUES (ifnull(new.printer_id, 0), ifnull(new.status, ''), ifnull(new.project_id, 0),
          new.deleted_ms IS NOT NULL, 1)
        ON CONFLICT (printer_id, status, project_id, is_deleted) DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER archives_counted_out AFTER DELETE ON archives WHEN old.is_system = 0 BEGIN
      UPDATE archive_counts SET n = n - 1 WHERE printer_id = ifnull(old.printer_id, 0)
        AND status = ifnull(old.status, '') AND project_id = ifnull(old.project_id, 0)
        AND is_deleted = (old.deleted_ms IS NOT NULL);
    END;
    CREATE TRIGGER archives_counted_anew AFTER UPDATE OF printer_id, status, project_id, deleted_ms, is_system
      ON archives
      WHEN (old.printer_id, old.status, old.project_id, old.deleted_ms IS NULL, old.is_system)
        IS NOT (new.printer_id, new.status, new.project_id, new.deleted_ms IS NULL, new.is_system)
    BEGIN
      UPDATE archive_counts SET n = n - 1 WHERE old.is_system = 0 AND printer_id = ifnull(old.printer_id, 0)
        AND status = ifnull(old.status, '') AND project_id = ifnull(old.project_id, 0)
        AND is_deleted = (old.deleted_ms IS NOT NULL);
      INSERT INTO archive_counts SELECT ifnull(new.printer_id, 0), ifnull(new.status, ''), ifnull(new.project_id, 0),
          new.deleted_ms IS NOT NULL, 1 WHERE new.is_system = 0
        ON CONFLICT (printer_id, status, project_id, is_deleted) DO UPDATE SET n = n + 1;
    END;

    CREATE VIRTUAL TABLE archive_words USING fts5 (name, filename, notes, tags, filament, printer, project,
      content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');
    CREATE TABLE archive_words_due (
      archive_id INTEGER PRIMARY KEY,
      is_indexed INTEGER NOT NULL,
      name TEXT,
      filename TEXT,
      notes TEXT,
      tags TEXT,
      filament TEXT,
      printer TEXT,
      project TEXT
    ) STRICT;
    CREATE TRIGGER archives_due_in AFTER INSERT ON archives WHEN new.is_system = 0 BEGIN
      INSERT INTO archive_words_due (archive_id, is_indexed) VALUES (new.id, 0);
    END;
    CREATE TRIGGER archives_due_out AFTER DELETE ON archives WHEN old.is_system = 0 BEGIN
      INSERT INTO archive_words_due VALUES (old.id, 1, coalesce(old.name, old.task_name), old.filename, old.notes,
          old.tags_json, old.filament_type, old.printer_name, (SELECT name FROM projects WHERE id = old.project_id))
        ON CONFLICT (archive_id) DO NOTHING;
    END;
    CREATE TRIGGER archives_due_anew
      AFTER UPDATE OF name, task_name, filename, notes, tags_json, filament_type, printer_name, project_id, is_system
      ON archives
      WHEN (coalesce(old.name, old.task_name), old.filename, old.notes, old.tags_json, old.filament_type,
          old.printer_name, old.project_id, old.is_system)
        IS NOT (coalesce(new.name, new.task_name), new.filename, new.notes, new.tags_json, new.filament_type,
          new.printer_name, new.project_id, new.is_system)
    BEGIN
      INSERT INTO archive_words_due VALUES (old.id, old.is_system = 0, coalesce(old.name, old.task_name),
          old.filename, old.notes, old.tags_json, old.filament_type, old.printer_name,
          (SELECT name FROM projects WHERE id = old.project_id))
        ON CONFLICT (archive_id) DO NOTHING;
    END;
    CREATE TRIGGER projects_renamed AFTER UPDATE OF name ON projects WHEN old.name <> new.name BEGIN
      INSERT INTO archive_words_due
        SELECT id, 1, coalesce(name, task_name), filename, notes, tags_json, filament_type, printer_name, old.name
          FROM archives WHERE project_id = new.id AND is_system = 0
        ON CONFLICT (archive_id) DO NOTHING;
    END;
    CREATE TRIGGER projects_deleted BEFORE DELETE ON projects BEGIN
      UPDATE archives SET project_id = NULL WHERE project_id = old.id;
    END;

    INSERT INTO archive_counts
      SELECT ifnull(printer_id, 0), status, 0, 0, count(*) FROM archives WHERE is_system = 0 GROUP BY 1, 2;
    INSERT INTO archive_words (rowid, name, filename, notes, tags, filament, printer, project)
      SELECT id, task_name, filename, NULL, NULL, NULL, printer_name, NULL FROM archives WHERE is_system = 0;
    """
}

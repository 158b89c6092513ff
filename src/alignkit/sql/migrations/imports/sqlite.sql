CREATE TABLE IF NOT EXISTS ak_import_runs (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    sources TEXT NOT NULL,
    started_at TEXT NOT NULL,
    touched_at TEXT NOT NULL,
    finished_at TEXT,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    added BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    outdated BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name, number)
);

CREATE TABLE IF NOT EXISTS ak_source_states (
    tenant_id TEXT NOT NULL,
    identity TEXT NOT NULL,
    field TEXT NOT NULL,
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    "key" TEXT NOT NULL,
    moment TEXT,
    is_deleted BOOLEAN NOT NULL,
    deliveries TEXT NOT NULL,
    PRIMARY KEY (tenant_id, identity, field)
);

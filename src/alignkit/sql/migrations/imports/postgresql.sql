CREATE TABLE IF NOT EXISTS ak_import_runs (
    tenant_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    number INTEGER NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    sources TEXT COLLATE "C" NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    touched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
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
    tenant_id TEXT COLLATE "C" NOT NULL,
    identity TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    moment TIMESTAMP WITH TIME ZONE,
    is_deleted BOOLEAN NOT NULL,
    deliveries TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, identity, field)
);

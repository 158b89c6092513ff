CREATE TABLE IF NOT EXISTS ak_link_decisions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    left_system TEXT NOT NULL,
    left_kind TEXT NOT NULL,
    left_key TEXT NOT NULL,
    right_system TEXT NOT NULL,
    right_kind TEXT NOT NULL,
    right_key TEXT NOT NULL,
    actor TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    reason TEXT,
    revoked_by TEXT,
    revoked_at TEXT,
    revoked_because TEXT,
    PRIMARY KEY (tenant_id, id)
);

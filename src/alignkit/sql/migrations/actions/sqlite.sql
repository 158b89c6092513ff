CREATE TABLE IF NOT EXISTS ak_overrides (
    tenant_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    band TEXT,
    health TEXT,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    withdrawn_by TEXT,
    withdrawn_at TEXT,
    withdrawn_because TEXT,
    PRIMARY KEY (tenant_id, number)
);

CREATE TABLE IF NOT EXISTS ak_actions (
    tenant_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    teams TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    severity TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    history TEXT NOT NULL,
    sent INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, rule_id, kind, subject_id)
);

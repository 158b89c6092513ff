CREATE TABLE IF NOT EXISTS ak_monitors (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    generation BIGINT NOT NULL,
    posted BIGINT NOT NULL,
    reached TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    as_of TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE IF NOT EXISTS ak_monitor_outcomes (
    tenant_id TEXT NOT NULL,
    monitor TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (tenant_id, monitor, subscriber, kind, subject_id)
);

CREATE TABLE IF NOT EXISTS ak_monitor_subscribers (
    tenant_id TEXT NOT NULL,
    monitor TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at TEXT,
    error TEXT NOT NULL,
    is_parked BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, monitor, subscriber)
);

CREATE TABLE IF NOT EXISTS ak_monitor_deliveries (
    tenant_id TEXT NOT NULL,
    monitor TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    number BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (tenant_id, monitor, subscriber, number)
);

CREATE TABLE IF NOT EXISTS ak_rewrites (
    tenant_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    collection TEXT NOT NULL,
    fact_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, number)
);

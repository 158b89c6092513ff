CREATE TABLE IF NOT EXISTS ak_monitors (
    tenant_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    posted BIGINT NOT NULL,
    reached TEXT COLLATE "C" NOT NULL,
    policy_version TEXT COLLATE "C" NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE IF NOT EXISTS ak_monitor_outcomes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    monitor TEXT COLLATE "C" NOT NULL,
    subscriber TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, monitor, subscriber, kind, subject_id)
);

CREATE TABLE IF NOT EXISTS ak_monitor_subscribers (
    tenant_id TEXT COLLATE "C" NOT NULL,
    monitor TEXT COLLATE "C" NOT NULL,
    subscriber TEXT COLLATE "C" NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE,
    error TEXT COLLATE "C" NOT NULL,
    is_parked BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, monitor, subscriber)
);

CREATE TABLE IF NOT EXISTS ak_monitor_deliveries (
    tenant_id TEXT COLLATE "C" NOT NULL,
    monitor TEXT COLLATE "C" NOT NULL,
    subscriber TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, monitor, subscriber, number)
);

CREATE TABLE IF NOT EXISTS ak_rewrites (
    tenant_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    collection TEXT COLLATE "C" NOT NULL,
    fact_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, number)
);

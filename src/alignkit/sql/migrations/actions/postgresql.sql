CREATE TABLE IF NOT EXISTS ak_overrides (
    tenant_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    band TEXT COLLATE "C",
    health TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by TEXT COLLATE "C",
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_because TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, number)
);

CREATE TABLE IF NOT EXISTS ak_actions (
    tenant_id TEXT COLLATE "C" NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    subject_name TEXT COLLATE "C" NOT NULL,
    teams TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    is_open BOOLEAN NOT NULL,
    history TEXT COLLATE "C" NOT NULL,
    sent INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, rule_id, kind, subject_id)
);

CREATE TABLE IF NOT EXISTS ak_link_decisions (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    left_system TEXT COLLATE "C" NOT NULL,
    left_kind TEXT COLLATE "C" NOT NULL,
    left_key TEXT COLLATE "C" NOT NULL,
    right_system TEXT COLLATE "C" NOT NULL,
    right_kind TEXT COLLATE "C" NOT NULL,
    right_key TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT COLLATE "C",
    revoked_by TEXT COLLATE "C",
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_because TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, id)
);

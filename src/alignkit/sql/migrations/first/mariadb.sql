CREATE TABLE IF NOT EXISTS ak_customers (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tier VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    stage VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    annual_value_amount TEXT,
    annual_value_currency VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    annual_value_major DOUBLE,
    owner VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    domains LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    contract_end_on DATE,
    contact_cadence_days DOUBLE,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_contacts (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    email LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_projects (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    status VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    health VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    start_on DATE,
    due_on DATE,
    baseline_due_on DATE,
    completed_on DATE,
    progress DOUBLE,
    budget_amount TEXT,
    budget_currency VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    budget_major DOUBLE,
    spent_amount TEXT,
    spent_currency VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    spent_major DOUBLE,
    owner VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    `key` VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    labels LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_objectives (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    title LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    team VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    owner VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    parent_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    cycle VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    status VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    start_value DOUBLE,
    current_value DOUBLE,
    target_value DOUBLE,
    unit VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    weight DOUBLE NOT NULL,
    confidence DOUBLE,
    start_on DATE,
    due_on DATE,
    acknowledged_by VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    acknowledged_at DATETIME(6),
    check_in_days DOUBLE,
    labels LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_contributions (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    objective_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    weight DOUBLE NOT NULL,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_check_ins (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    objective_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    occurred_at DATETIME(6) NOT NULL,
    value DOUBLE,
    confidence DOUBLE,
    team VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_interactions (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    occurred_at DATETIME(6) NOT NULL,
    kind VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    direction VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    contact_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    objective_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    need_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    team VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    subject LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    needs_answer BOOL NOT NULL,
    answered_at DATETIME(6),
    satisfaction DOUBLE,
    scale_low DOUBLE,
    scale_high DOUBLE,
    survey VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    sentiment DOUBLE,
    told LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_needs (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    title LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    status VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    task_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    objective_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    severity INTEGER,
    importance INTEGER,
    raised_at DATETIME(6) NOT NULL,
    due_on DATE,
    answered_at DATETIME(6),
    resolved_at DATETIME(6),
    told_at DATETIME(6),
    `group` VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_opportunities (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    stage VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    amount_amount TEXT,
    amount_currency VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    amount_major DOUBLE,
    opened_at DATETIME(6),
    closed_at DATETIME(6),
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_tasks (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    title LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    objective_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    need_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    parent_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    status VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    is_milestone BOOL NOT NULL,
    team VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    assignee VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    created_at DATETIME(6),
    started_at DATETIME(6),
    completed_at DATETIME(6),
    start_on DATE,
    due_on DATE,
    baseline_due_on DATE,
    effort_hours DOUBLE,
    spent_hours DOUBLE,
    labels LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    external_refs LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_changes (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    subject_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    field VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    `before` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    after LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    occurred_at DATETIME(6) NOT NULL,
    actor VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    team VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    told_at DATETIME(6),
    sequence BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_duplicates (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    left_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    right_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    customer_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    project_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    objective_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    hours DOUBLE,
    similarity DOUBLE,
    is_across_teams BOOL NOT NULL,
    PRIMARY KEY (tenant_id, id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_external_refs (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    collection VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    `position` INTEGER NOT NULL,
    identity VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    PRIMARY KEY (tenant_id, collection, id, `position`)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_given (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    collection VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    PRIMARY KEY (tenant_id, collection)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_sequences (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_scores (
    tenant_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    subject_id VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    assessed_at DATETIME(6) NOT NULL,
    policy_version VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    score_micro BIGINT,
    band VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    coverage_micro BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject_id, assessed_at, policy_version)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS ak_meta (
    name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    value VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    PRIMARY KEY (name)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS ak_changes_customer_id ON ak_changes (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_changes_project_id ON ak_changes (tenant_id, project_id);

CREATE INDEX IF NOT EXISTS ak_check_ins_objective_id ON ak_check_ins (tenant_id, objective_id);

CREATE INDEX IF NOT EXISTS ak_contacts_customer_id ON ak_contacts (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_contributions_objective_id ON ak_contributions (tenant_id, objective_id);

CREATE INDEX IF NOT EXISTS ak_contributions_project_id ON ak_contributions (tenant_id, project_id);

CREATE INDEX IF NOT EXISTS ak_duplicates_customer_id ON ak_duplicates (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_duplicates_objective_id ON ak_duplicates (tenant_id, objective_id);

CREATE INDEX IF NOT EXISTS ak_duplicates_project_id ON ak_duplicates (tenant_id, project_id);

CREATE INDEX IF NOT EXISTS ak_external_refs_identity ON ak_external_refs (tenant_id, collection, identity);

CREATE INDEX IF NOT EXISTS ak_interactions_contact_id ON ak_interactions (tenant_id, contact_id);

CREATE INDEX IF NOT EXISTS ak_interactions_customer_id ON ak_interactions (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_interactions_need_id ON ak_interactions (tenant_id, need_id);

CREATE INDEX IF NOT EXISTS ak_interactions_objective_id ON ak_interactions (tenant_id, objective_id);

CREATE INDEX IF NOT EXISTS ak_interactions_project_id ON ak_interactions (tenant_id, project_id);

CREATE INDEX IF NOT EXISTS ak_needs_customer_id ON ak_needs (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_needs_objective_id ON ak_needs (tenant_id, objective_id);

CREATE INDEX IF NOT EXISTS ak_needs_project_id ON ak_needs (tenant_id, project_id);

CREATE INDEX IF NOT EXISTS ak_needs_task_id ON ak_needs (tenant_id, task_id);

CREATE INDEX IF NOT EXISTS ak_objectives_customer_id ON ak_objectives (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_objectives_parent_id ON ak_objectives (tenant_id, parent_id);

CREATE INDEX IF NOT EXISTS ak_opportunities_customer_id ON ak_opportunities (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_opportunities_project_id ON ak_opportunities (tenant_id, project_id);

CREATE INDEX IF NOT EXISTS ak_projects_customer_id ON ak_projects (tenant_id, customer_id);

CREATE INDEX IF NOT EXISTS ak_tasks_need_id ON ak_tasks (tenant_id, need_id);

CREATE INDEX IF NOT EXISTS ak_tasks_objective_id ON ak_tasks (tenant_id, objective_id);

CREATE INDEX IF NOT EXISTS ak_tasks_parent_id ON ak_tasks (tenant_id, parent_id);

CREATE INDEX IF NOT EXISTS ak_tasks_project_id ON ak_tasks (tenant_id, project_id);

CREATE UNIQUE INDEX IF NOT EXISTS ak_changes_sequence ON ak_changes (tenant_id, sequence);

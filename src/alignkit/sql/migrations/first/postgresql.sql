CREATE TABLE IF NOT EXISTS ak_customers (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C",
    stage TEXT COLLATE "C",
    annual_value_amount TEXT,
    annual_value_currency TEXT COLLATE "C",
    annual_value_major DOUBLE PRECISION,
    owner TEXT COLLATE "C",
    domains TEXT COLLATE "C" NOT NULL,
    contract_end_on DATE,
    contact_cadence_days DOUBLE PRECISION,
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_contacts (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    email TEXT COLLATE "C",
    customer_id TEXT COLLATE "C",
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_projects (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    health TEXT COLLATE "C",
    start_on DATE,
    due_on DATE,
    baseline_due_on DATE,
    completed_on DATE,
    progress DOUBLE PRECISION,
    budget_amount TEXT,
    budget_currency TEXT COLLATE "C",
    budget_major DOUBLE PRECISION,
    spent_amount TEXT,
    spent_currency TEXT COLLATE "C",
    spent_major DOUBLE PRECISION,
    owner TEXT COLLATE "C",
    key TEXT COLLATE "C",
    labels TEXT COLLATE "C" NOT NULL,
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_objectives (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C",
    owner TEXT COLLATE "C",
    customer_id TEXT COLLATE "C",
    parent_id TEXT COLLATE "C",
    cycle TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    start_value DOUBLE PRECISION,
    current_value DOUBLE PRECISION,
    target_value DOUBLE PRECISION,
    unit TEXT COLLATE "C",
    weight DOUBLE PRECISION NOT NULL,
    confidence DOUBLE PRECISION,
    start_on DATE,
    due_on DATE,
    acknowledged_by TEXT COLLATE "C",
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    check_in_days DOUBLE PRECISION,
    labels TEXT COLLATE "C" NOT NULL,
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_contributions (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C" NOT NULL,
    objective_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_check_ins (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    objective_id TEXT COLLATE "C" NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    value DOUBLE PRECISION,
    confidence DOUBLE PRECISION,
    team TEXT COLLATE "C",
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_interactions (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    direction TEXT COLLATE "C",
    customer_id TEXT COLLATE "C",
    contact_id TEXT COLLATE "C",
    project_id TEXT COLLATE "C",
    objective_id TEXT COLLATE "C",
    need_id TEXT COLLATE "C",
    team TEXT COLLATE "C",
    subject TEXT COLLATE "C",
    needs_answer BOOLEAN NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    satisfaction DOUBLE PRECISION,
    scale_low DOUBLE PRECISION,
    scale_high DOUBLE PRECISION,
    survey TEXT COLLATE "C",
    sentiment DOUBLE PRECISION,
    told TEXT COLLATE "C" NOT NULL,
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_needs (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C",
    project_id TEXT COLLATE "C",
    task_id TEXT COLLATE "C",
    objective_id TEXT COLLATE "C",
    severity INTEGER,
    importance INTEGER,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE,
    answered_at TIMESTAMP WITH TIME ZONE,
    resolved_at TIMESTAMP WITH TIME ZONE,
    told_at TIMESTAMP WITH TIME ZONE,
    "group" TEXT COLLATE "C",
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_opportunities (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C",
    stage TEXT COLLATE "C" NOT NULL,
    amount_amount TEXT,
    amount_currency TEXT COLLATE "C",
    amount_major DOUBLE PRECISION,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    project_id TEXT COLLATE "C",
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_tasks (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C",
    objective_id TEXT COLLATE "C",
    need_id TEXT COLLATE "C",
    parent_id TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    is_milestone BOOLEAN NOT NULL,
    team TEXT COLLATE "C",
    assignee TEXT COLLATE "C",
    created_at TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    start_on DATE,
    due_on DATE,
    baseline_due_on DATE,
    effort_hours DOUBLE PRECISION,
    spent_hours DOUBLE PRECISION,
    labels TEXT COLLATE "C" NOT NULL,
    external_refs TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_changes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C",
    after TEXT COLLATE "C",
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT COLLATE "C",
    team TEXT COLLATE "C",
    customer_id TEXT COLLATE "C",
    project_id TEXT COLLATE "C",
    told_at TIMESTAMP WITH TIME ZONE,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_duplicates (
    tenant_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    left_id TEXT COLLATE "C" NOT NULL,
    right_id TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C",
    project_id TEXT COLLATE "C",
    objective_id TEXT COLLATE "C",
    hours DOUBLE PRECISION,
    similarity DOUBLE PRECISION,
    is_across_teams BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_external_refs (
    tenant_id TEXT COLLATE "C" NOT NULL,
    collection TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    position INTEGER NOT NULL,
    identity TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, collection, id, position)
);

CREATE TABLE IF NOT EXISTS ak_given (
    tenant_id TEXT COLLATE "C" NOT NULL,
    collection TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, collection)
);

CREATE TABLE IF NOT EXISTS ak_sequences (
    tenant_id TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

CREATE TABLE IF NOT EXISTS ak_scores (
    tenant_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    assessed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    policy_version TEXT COLLATE "C" NOT NULL,
    score_micro BIGINT,
    band TEXT COLLATE "C" NOT NULL,
    coverage_micro BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject_id, assessed_at, policy_version)
);

CREATE TABLE IF NOT EXISTS ak_meta (
    name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name)
);

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

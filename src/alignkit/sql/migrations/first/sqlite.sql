CREATE TABLE IF NOT EXISTS ak_customers (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    tier TEXT,
    stage TEXT,
    annual_value_amount TEXT,
    annual_value_currency TEXT,
    annual_value_major DOUBLE,
    owner TEXT,
    domains TEXT NOT NULL,
    contract_end_on TEXT,
    contact_cadence_days DOUBLE,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_contacts (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT,
    email TEXT,
    customer_id TEXT,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_contacts_customer_id_fk FOREIGN KEY(tenant_id, customer_id) REFERENCES ak_customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_projects (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    customer_id TEXT,
    status TEXT NOT NULL,
    health TEXT,
    start_on TEXT,
    due_on TEXT,
    baseline_due_on TEXT,
    completed_on TEXT,
    progress DOUBLE,
    budget_amount TEXT,
    budget_currency TEXT,
    budget_major DOUBLE,
    spent_amount TEXT,
    spent_currency TEXT,
    spent_major DOUBLE,
    owner TEXT,
    "key" TEXT,
    labels TEXT NOT NULL,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_projects_customer_id_fk FOREIGN KEY(tenant_id, customer_id) REFERENCES ak_customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_objectives (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    team TEXT,
    owner TEXT,
    customer_id TEXT,
    parent_id TEXT,
    cycle TEXT,
    status TEXT NOT NULL,
    start_value DOUBLE,
    current_value DOUBLE,
    target_value DOUBLE,
    unit TEXT,
    weight DOUBLE NOT NULL,
    confidence DOUBLE,
    start_on TEXT,
    due_on TEXT,
    acknowledged_by TEXT,
    acknowledged_at TEXT,
    check_in_days DOUBLE,
    labels TEXT NOT NULL,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_objectives_acknowledged_at CHECK (length(acknowledged_at) = 26),
    CONSTRAINT ak_objectives_customer_id_fk FOREIGN KEY(tenant_id, customer_id) REFERENCES ak_customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_objectives_parent_id_fk FOREIGN KEY(tenant_id, parent_id) REFERENCES ak_objectives (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_contributions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    objective_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    weight DOUBLE NOT NULL,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_contributions_project_id_fk FOREIGN KEY(tenant_id, project_id) REFERENCES ak_projects (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_contributions_objective_id_fk FOREIGN KEY(tenant_id, objective_id) REFERENCES ak_objectives (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_check_ins (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    objective_id TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    value DOUBLE,
    confidence DOUBLE,
    team TEXT,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_check_ins_occurred_at CHECK (length(occurred_at) = 26),
    CONSTRAINT ak_check_ins_objective_id_fk FOREIGN KEY(tenant_id, objective_id) REFERENCES ak_objectives (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_interactions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    direction TEXT,
    customer_id TEXT,
    contact_id TEXT,
    project_id TEXT,
    objective_id TEXT,
    need_id TEXT,
    team TEXT,
    subject TEXT,
    needs_answer BOOLEAN NOT NULL,
    answered_at TEXT,
    satisfaction DOUBLE,
    scale_low DOUBLE,
    scale_high DOUBLE,
    survey TEXT,
    sentiment DOUBLE,
    told TEXT NOT NULL,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_interactions_occurred_at CHECK (length(occurred_at) = 26),
    CONSTRAINT ak_interactions_answered_at CHECK (length(answered_at) = 26),
    CONSTRAINT ak_interactions_customer_id_fk FOREIGN KEY(tenant_id, customer_id) REFERENCES ak_customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_interactions_contact_id_fk FOREIGN KEY(tenant_id, contact_id) REFERENCES ak_contacts (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_interactions_project_id_fk FOREIGN KEY(tenant_id, project_id) REFERENCES ak_projects (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_interactions_objective_id_fk FOREIGN KEY(tenant_id, objective_id) REFERENCES ak_objectives (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_interactions_need_id_fk FOREIGN KEY(tenant_id, need_id) REFERENCES ak_needs (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_needs (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    customer_id TEXT,
    project_id TEXT,
    task_id TEXT,
    objective_id TEXT,
    severity INTEGER,
    importance INTEGER,
    raised_at TEXT NOT NULL,
    due_on TEXT,
    answered_at TEXT,
    resolved_at TEXT,
    told_at TEXT,
    "group" TEXT,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_needs_raised_at CHECK (length(raised_at) = 26),
    CONSTRAINT ak_needs_answered_at CHECK (length(answered_at) = 26),
    CONSTRAINT ak_needs_resolved_at CHECK (length(resolved_at) = 26),
    CONSTRAINT ak_needs_told_at CHECK (length(told_at) = 26),
    CONSTRAINT ak_needs_customer_id_fk FOREIGN KEY(tenant_id, customer_id) REFERENCES ak_customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_needs_project_id_fk FOREIGN KEY(tenant_id, project_id) REFERENCES ak_projects (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_needs_task_id_fk FOREIGN KEY(tenant_id, task_id) REFERENCES ak_tasks (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_needs_objective_id_fk FOREIGN KEY(tenant_id, objective_id) REFERENCES ak_objectives (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_opportunities (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    customer_id TEXT,
    stage TEXT NOT NULL,
    amount_amount TEXT,
    amount_currency TEXT,
    amount_major DOUBLE,
    opened_at TEXT,
    closed_at TEXT,
    project_id TEXT,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_opportunities_opened_at CHECK (length(opened_at) = 26),
    CONSTRAINT ak_opportunities_closed_at CHECK (length(closed_at) = 26),
    CONSTRAINT ak_opportunities_customer_id_fk FOREIGN KEY(tenant_id, customer_id) REFERENCES ak_customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_opportunities_project_id_fk FOREIGN KEY(tenant_id, project_id) REFERENCES ak_projects (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_tasks (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    project_id TEXT,
    objective_id TEXT,
    need_id TEXT,
    parent_id TEXT,
    status TEXT NOT NULL,
    is_milestone BOOLEAN NOT NULL,
    team TEXT,
    assignee TEXT,
    created_at TEXT,
    started_at TEXT,
    completed_at TEXT,
    start_on TEXT,
    due_on TEXT,
    baseline_due_on TEXT,
    effort_hours DOUBLE,
    spent_hours DOUBLE,
    labels TEXT NOT NULL,
    external_refs TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_tasks_created_at CHECK (length(created_at) = 26),
    CONSTRAINT ak_tasks_started_at CHECK (length(started_at) = 26),
    CONSTRAINT ak_tasks_completed_at CHECK (length(completed_at) = 26),
    CONSTRAINT ak_tasks_project_id_fk FOREIGN KEY(tenant_id, project_id) REFERENCES ak_projects (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_tasks_objective_id_fk FOREIGN KEY(tenant_id, objective_id) REFERENCES ak_objectives (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_tasks_need_id_fk FOREIGN KEY(tenant_id, need_id) REFERENCES ak_needs (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ak_tasks_parent_id_fk FOREIGN KEY(tenant_id, parent_id) REFERENCES ak_tasks (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE IF NOT EXISTS ak_changes (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    field TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    occurred_at TEXT NOT NULL,
    actor TEXT,
    team TEXT,
    customer_id TEXT,
    project_id TEXT,
    told_at TEXT,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT ak_changes_occurred_at CHECK (length(occurred_at) = 26),
    CONSTRAINT ak_changes_told_at CHECK (length(told_at) = 26)
);

CREATE TABLE IF NOT EXISTS ak_duplicates (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    left_id TEXT NOT NULL,
    right_id TEXT NOT NULL,
    customer_id TEXT,
    project_id TEXT,
    objective_id TEXT,
    hours DOUBLE,
    similarity DOUBLE,
    is_across_teams BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS ak_external_refs (
    tenant_id TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (tenant_id, collection, id, position)
);

CREATE TABLE IF NOT EXISTS ak_given (
    tenant_id TEXT NOT NULL,
    collection TEXT NOT NULL,
    PRIMARY KEY (tenant_id, collection)
);

CREATE TABLE IF NOT EXISTS ak_sequences (
    tenant_id TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

CREATE TABLE IF NOT EXISTS ak_scores (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    assessed_at TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    score_micro BIGINT,
    band TEXT NOT NULL,
    coverage_micro BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject_id, assessed_at, policy_version)
);

CREATE TABLE IF NOT EXISTS ak_meta (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
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

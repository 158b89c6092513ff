ALTER TABLE ak_check_ins ADD COLUMN custom TEXT;

ALTER TABLE ak_contacts ADD COLUMN custom TEXT;

ALTER TABLE ak_contributions ADD COLUMN custom TEXT;

ALTER TABLE ak_customers ADD COLUMN custom TEXT;

ALTER TABLE ak_interactions ADD COLUMN custom TEXT;

ALTER TABLE ak_needs ADD COLUMN custom TEXT;

ALTER TABLE ak_objectives ADD COLUMN custom TEXT;

ALTER TABLE ak_opportunities ADD COLUMN custom TEXT;

ALTER TABLE ak_projects ADD COLUMN custom TEXT;

ALTER TABLE ak_tasks ADD COLUMN custom TEXT;

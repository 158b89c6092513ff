WITH ak_agg_project_interactions_0 AS MATERIALIZED
(SELECT i.project_id AS ak_id, max(CASE WHEN ((i.kind = ?) AND NOT (i.subject IS NOT NULL AND (i.subject = ?))) THEN i.occurred_at END) AS a0
FROM (SELECT ak_interactions.customer_id AS customer_id, ak_interactions.id AS id, ak_interactions.kind AS kind, ak_interactions.objective_id AS objective_id, ak_interactions.occurred_at AS occurred_at, ak_interactions.project_id AS project_id, ak_interactions.subject AS subject
FROM ak_interactions
WHERE ak_interactions.tenant_id = ?) AS i
WHERE i.occurred_at <= ? AND i.project_id IS NOT NULL GROUP BY i.project_id),
ak_agg_project_tasks_0 AS MATERIALIZED
(SELECT i.project_id AS ak_id, count(CASE WHEN (i.completed_at <= ? AND (CASE WHEN (i.completed_at <= ?) THEN i.completed_at END > ?)) THEN 1 END) AS a0, CAST(SUM(CASE WHEN (i.spent_hours IS NOT NULL) THEN CAST(i.spent_hours * (1000000.0) + (0.5) AS INTEGER) END) AS REAL) AS a1, CAST(SUM(CASE WHEN (i.effort_hours IS NOT NULL) THEN CAST(i.effort_hours * (1000000.0) + (0.5) AS INTEGER) END) AS REAL) AS a2
FROM (SELECT ak_tasks.completed_at AS completed_at, ak_tasks.created_at AS created_at, ak_tasks.effort_hours AS effort_hours, ak_tasks.id AS id, ak_tasks.objective_id AS objective_id, ak_tasks.project_id AS project_id, ak_tasks.spent_hours AS spent_hours
FROM ak_tasks
WHERE ak_tasks.tenant_id = ?) AS i
WHERE (i.created_at IS NULL OR i.created_at <= ?) AND i.project_id IS NOT NULL GROUP BY i.project_id),
ak_read_project AS
(SELECT s.id AS ak_id, ((coalesce(ak_agg_project_tasks_0.a2, (0.0))) / ((1000000.0))) AS n0, ((coalesce(ak_agg_project_tasks_0.a1, (0.0))) / ((1000000.0))) AS n1, coalesce(ak_agg_project_tasks_0.a0, 0) AS n2, anon_1.tier AS n3, CASE WHEN (s.customer_id IS NULL) THEN 1 ELSE 0 END AS n4, ((CAST(((CAST(strftime('%s', substr(?, 1, 19)) AS INTEGER) * 1000000 + CAST(substr(?, 21, 6) AS INTEGER)) - (CAST(strftime('%s', substr(ak_agg_project_interactions_0.a0, 1, 19)) AS INTEGER) * 1000000 + CAST(substr(ak_agg_project_interactions_0.a0, 21, 6) AS INTEGER))) AS REAL)) / ((86400000000.0))) AS n5, ak_agg_project_interactions_0.a0 AS n6
FROM (SELECT ak_projects.customer_id AS customer_id, ak_projects.id AS id
FROM ak_projects
WHERE ak_projects.tenant_id = ?) AS s LEFT OUTER JOIN ak_agg_project_interactions_0 ON ak_agg_project_interactions_0.ak_id = s.id LEFT OUTER JOIN ak_agg_project_tasks_0 ON ak_agg_project_tasks_0.ak_id = s.id LEFT OUTER JOIN (SELECT ak_customers.id AS id, ak_customers.tier AS tier
FROM ak_customers
WHERE ak_customers.tenant_id = ?) AS anon_1 ON anon_1.id = s.customer_id
 LIMIT ? OFFSET ?),
ak_value_project AS
(SELECT ak_read_project.ak_id AS ak_id, CASE WHEN (ak_read_project.n6 IS NULL) THEN (0.0) ELSE CASE WHEN (((ak_read_project.n5 - (21.0)) / ((-18.0))) <= (0.0)) THEN (0.0) WHEN (((ak_read_project.n5 - (21.0)) / ((-18.0))) > (1.0)) THEN (1.0) ELSE ((ak_read_project.n5 - (21.0)) / ((-18.0))) END END AS v0, CASE WHEN (ak_read_project.n4 = 1 OR NOT (ak_read_project.n3 IS NOT NULL AND (ak_read_project.n3 = ?))) THEN (-10.0) WHEN (ak_read_project.n2 = CAST(0 AS INTEGER)) THEN CAST(NULL AS REAL) ELSE CASE WHEN (CASE WHEN (ak_read_project.n0 >= (1.0 / 1000000000.0) OR ak_read_project.n0 <= (-1.0 / 1000000000.0)) THEN ((ak_read_project.n1) / (ak_read_project.n0)) END < (-1.0) OR CASE WHEN (ak_read_project.n0 >= (1.0 / 1000000000.0) OR ak_read_project.n0 <= (-1.0 / 1000000000.0)) THEN ((ak_read_project.n1) / (ak_read_project.n0)) END > (2.0)) THEN (3.0) ELSE CASE WHEN (ak_read_project.n0 >= (1.0 / 1000000000.0) OR ak_read_project.n0 <= (-1.0 / 1000000000.0)) THEN ((ak_read_project.n1) / (ak_read_project.n0)) END END END AS v1
FROM ak_read_project
WHERE (ak_read_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_code_project AS
(SELECT ak_value_project.ak_id AS ak_id, CASE WHEN (ak_value_project.v0 IS NULL) THEN -2 WHEN (ak_value_project.v0 < (-5.0)) THEN -1 WHEN (ak_value_project.v0 * (1000000.0) + (0.5) < (0.0) OR ak_value_project.v0 * (1000000.0) + (0.5) >= (1000001.0)) THEN -3 ELSE CAST(ak_value_project.v0 * (1000000.0) + (0.5) AS INTEGER) END AS r0, CASE WHEN (ak_value_project.v1 IS NULL) THEN -2 WHEN (ak_value_project.v1 < (-5.0)) THEN -1 WHEN (ak_value_project.v1 * (1000000.0) + (0.5) < (0.0) OR ak_value_project.v1 * (1000000.0) + (0.5) >= (1000001.0)) THEN -3 ELSE CAST(ak_value_project.v1 * (1000000.0) + (0.5) AS INTEGER) END AS r1
FROM ak_value_project
WHERE (ak_value_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_weight_project AS
(SELECT ak_code_project.ak_id AS ak_id, ak_code_project.r0 AS r0, ak_code_project.r1 AS r1, CASE WHEN (ak_code_project.r0 >= 0) THEN 2 ELSE 0 END AS c0, CASE WHEN (ak_code_project.r1 >= 0) THEN 1 ELSE 0 END AS c1, CASE WHEN (ak_code_project.r0 != -1) THEN 2 ELSE 0 END AS kc0, CASE WHEN (ak_code_project.r1 != -1) THEN 1 ELSE 0 END AS kc1
FROM ak_code_project
WHERE (ak_code_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_edge_project AS
(SELECT ak_weight_project.ak_id AS ak_id, ak_weight_project.r0 AS r0, ak_weight_project.r1 AS r1, ak_weight_project.c0 AS c0, ak_weight_project.c1 AS c1, ak_weight_project.kc0 AS kc0, ak_weight_project.kc1 AS kc1, CASE WHEN (ak_weight_project.c0 > 0) THEN 1 ELSE 0 END AS u0, CASE WHEN (ak_weight_project.c0 > 0) THEN 1 ELSE 0 END + CASE WHEN (ak_weight_project.c1 > 0) THEN 3 ELSE 0 END AS u1, CASE WHEN (ak_weight_project.kc0 > 0) THEN 1 ELSE 0 END AS ku0, CASE WHEN (ak_weight_project.kc0 > 0) THEN 1 ELSE 0 END + CASE WHEN (ak_weight_project.kc1 > 0) THEN 3 ELSE 0 END AS ku1
FROM ak_weight_project
WHERE (ak_weight_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_part_project AS
(SELECT ak_edge_project.ak_id AS ak_id, ak_edge_project.r0 AS r0, ak_edge_project.r1 AS r1, ak_edge_project.c0 AS c0, ak_edge_project.c1 AS c1, ak_edge_project.kc0 AS kc0, ak_edge_project.kc1 AS kc1, ak_edge_project.u0 AS u0, ak_edge_project.u1 AS u1, ak_edge_project.ku0 AS ku0, ak_edge_project.ku1 AS ku1, CASE WHEN (ak_edge_project.c0 > 0) THEN ((ak_edge_project.u0 * CAST(100000000 AS INTEGER)) / (ak_edge_project.u1)) ELSE 0 END AS p0, CASE WHEN (ak_edge_project.c1 > 0) THEN ((ak_edge_project.u1 * CAST(100000000 AS INTEGER)) / (ak_edge_project.u1)) - ((ak_edge_project.u0 * CAST(100000000 AS INTEGER)) / (ak_edge_project.u1)) ELSE 0 END AS p1, CASE WHEN (ak_edge_project.kc0 > 0) THEN ((ak_edge_project.ku0 * CAST(100000000 AS INTEGER)) / (ak_edge_project.ku1)) ELSE 0 END AS kp0, CASE WHEN (ak_edge_project.kc1 > 0) THEN ((ak_edge_project.ku1 * CAST(100000000 AS INTEGER)) / (ak_edge_project.ku1)) - ((ak_edge_project.ku0 * CAST(100000000 AS INTEGER)) / (ak_edge_project.ku1)) ELSE 0 END AS kp1
FROM ak_edge_project
WHERE (ak_edge_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_sum_project AS
(SELECT ak_part_project.ak_id AS ak_id, ak_part_project.r0 AS r0, ak_part_project.r1 AS r1, CASE WHEN (ak_part_project.c0 > 0 OR ak_part_project.c1 > 0) THEN CASE WHEN (ak_part_project.r0 > 0) THEN ((ak_part_project.p0 * ak_part_project.r0) / (CAST(1000000 AS INTEGER))) ELSE 0 END + CASE WHEN (ak_part_project.r1 > 0) THEN ((ak_part_project.p1 * ak_part_project.r1) / (CAST(1000000 AS INTEGER))) ELSE 0 END ELSE -1 END AS ak_sum, CASE WHEN (ak_part_project.r0 >= 0) THEN ak_part_project.kp0 ELSE 0 END + CASE WHEN (ak_part_project.r1 >= 0) THEN ak_part_project.kp1 ELSE 0 END AS ak_cover
FROM ak_part_project
WHERE (ak_part_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_gate_project AS
(SELECT ak_sum_project.ak_id AS ak_id, ak_sum_project.ak_sum AS ak_total, ak_sum_project.r0 AS r0, ak_sum_project.r1 AS r1, ak_sum_project.ak_cover AS ak_cover
FROM ak_sum_project
WHERE (ak_sum_project.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_rows_project AS MATERIALIZED
(SELECT ak_gate_project.ak_id AS ak_id, ak_gate_project.ak_total AS ak_total, ak_gate_project.r0 AS r0, ak_gate_project.r1 AS r1, ak_gate_project.ak_cover AS ak_cover, CASE WHEN (ak_gate_project.ak_total < 0 OR ak_gate_project.ak_cover < 50000000) THEN ? WHEN (ak_gate_project.ak_total >= 70000000) THEN ? WHEN (ak_gate_project.ak_total >= 40000000) THEN ? WHEN (ak_gate_project.ak_total >= 0) THEN ? END AS ak_band
FROM ak_gate_project
WHERE (ak_gate_project.ak_id IS NOT NULL)),
ak_agg_customer_projects_0 AS MATERIALIZED
(SELECT i.customer_id AS ak_id, CAST(SUM(CASE WHEN ((anon_2.ak_band = ?) = 0 AND CASE WHEN (anon_2.ak_total >= ?) THEN ((CAST(anon_2.ak_total AS REAL)) / ((1000000.0))) END IS NOT NULL) THEN CAST(CASE WHEN (anon_2.ak_total >= ?) THEN ((CAST(anon_2.ak_total AS REAL)) / ((1000000.0))) END * (1000000.0) + (0.5) AS INTEGER) END) AS REAL) AS a0, count(CASE WHEN ((anon_2.ak_band = ?) = 0 AND CASE WHEN (anon_2.ak_total >= ?) THEN ((CAST(anon_2.ak_total AS REAL)) / ((1000000.0))) END IS NOT NULL) THEN 1 END) AS a1
FROM (SELECT ak_projects.customer_id AS customer_id, ak_projects.id AS id
FROM ak_projects
WHERE ak_projects.tenant_id = ?) AS i LEFT OUTER JOIN ak_rows_project AS anon_2 ON anon_2.ak_id = i.id
WHERE i.customer_id IS NOT NULL GROUP BY i.customer_id),
ak_read_customer AS
(SELECT s.id AS ak_id, CASE WHEN (coalesce(ak_agg_customer_projects_0.a1, 0) > 0) THEN ((coalesce(ak_agg_customer_projects_0.a0, (0.0))) / (CAST(coalesce(ak_agg_customer_projects_0.a1, 0) AS REAL) * (1000000.0))) END AS n0
FROM (SELECT ak_customers.id AS id, ak_customers.tier AS tier
FROM ak_customers
WHERE ak_customers.tenant_id = ?) AS s LEFT OUTER JOIN ak_agg_customer_projects_0 ON ak_agg_customer_projects_0.ak_id = s.id
 LIMIT ? OFFSET ?),
ak_value_customer AS
(SELECT ak_read_customer.ak_id AS ak_id, CASE WHEN (((ak_read_customer.n0) / ((100.0))) < (-1.0) OR ((ak_read_customer.n0) / ((100.0))) > (2.0)) THEN (3.0) ELSE ((ak_read_customer.n0) / ((100.0))) END AS v0
FROM ak_read_customer
WHERE (ak_read_customer.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_code_customer AS
(SELECT ak_value_customer.ak_id AS ak_id, CASE WHEN (ak_value_customer.v0 IS NULL) THEN -2 WHEN (ak_value_customer.v0 < (-5.0)) THEN -1 WHEN (ak_value_customer.v0 * (1000000.0) + (0.5) < (0.0) OR ak_value_customer.v0 * (1000000.0) + (0.5) >= (1000001.0)) THEN -3 ELSE CAST(ak_value_customer.v0 * (1000000.0) + (0.5) AS INTEGER) END AS r0
FROM ak_value_customer
WHERE (ak_value_customer.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_weight_customer AS
(SELECT ak_code_customer.ak_id AS ak_id, ak_code_customer.r0 AS r0, CASE WHEN (ak_code_customer.r0 >= 0) THEN 1 ELSE 0 END AS c0
FROM ak_code_customer
WHERE (ak_code_customer.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_edge_customer AS
(SELECT ak_weight_customer.ak_id AS ak_id, ak_weight_customer.r0 AS r0, ak_weight_customer.c0 AS c0, CASE WHEN (ak_weight_customer.c0 > 0) THEN 1 ELSE 0 END AS u0
FROM ak_weight_customer
WHERE (ak_weight_customer.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_part_customer AS
(SELECT ak_edge_customer.ak_id AS ak_id, ak_edge_customer.r0 AS r0, ak_edge_customer.c0 AS c0, ak_edge_customer.u0 AS u0, CASE WHEN (ak_edge_customer.c0 > 0) THEN ((ak_edge_customer.u0 * CAST(100000000 AS INTEGER)) / (ak_edge_customer.u0)) ELSE 0 END AS p0
FROM ak_edge_customer
WHERE (ak_edge_customer.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_sum_customer AS
(SELECT ak_part_customer.ak_id AS ak_id, ak_part_customer.r0 AS r0, CASE WHEN (ak_part_customer.c0 > 0) THEN CASE WHEN (ak_part_customer.r0 > 0) THEN ((ak_part_customer.p0 * ak_part_customer.r0) / (CAST(1000000 AS INTEGER))) ELSE 0 END ELSE -1 END AS ak_sum
FROM ak_part_customer
WHERE (ak_part_customer.ak_id IS NOT NULL)
 LIMIT ? OFFSET ?),
ak_rows_customer AS MATERIALIZED
(SELECT ak_sum_customer.ak_id AS ak_id, ak_sum_customer.ak_sum AS ak_total, ak_sum_customer.r0 AS r0
FROM ak_sum_customer
WHERE (ak_sum_customer.ak_id IS NOT NULL))
 SELECT 1 AS ak_kind, ak_rows_project.ak_id, ak_rows_project.ak_total, ak_rows_project.r0, ak_rows_project.r1
FROM ak_rows_project UNION ALL SELECT 2 AS ak_kind, ak_rows_customer.ak_id, ak_rows_customer.ak_total, ak_rows_customer.r0, 0 AS r1
FROM ak_rows_customer;

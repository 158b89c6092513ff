"""A tiny project tool: clients, projects, work items and touches."""

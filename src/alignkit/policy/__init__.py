"""Rules, policies and what they say: binds the rule language to the domain, scores facts, explains every point."""

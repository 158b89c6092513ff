"""
From checked nodes to SQL: the same meaning as the native call, to the last micro-point.

Every operator is spelled for each engine by a rule of its own (`kernel`); there is no fallback to what an engine
would do by itself. Values only ever travel as bound parameters.
"""

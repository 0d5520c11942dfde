"""The pages that look across: each role's first screen, an application with its story, an award with its claims, the pool."""

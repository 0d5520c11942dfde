"""One page, one module: home, application, award, pool, history."""

"""Who works here: tenants, sites, users, roles, skills; sign-in rules."""

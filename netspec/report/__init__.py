"""What people see: tables, problems, curves and pages, drawn from results. Only here and in `cli/` is rich imported."""

"""What people see: JupyterLab and the report in a real browser. Run by `make browser`."""
